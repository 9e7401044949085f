"""Call them ok, bad and unclear.

task: judge_slices
score: 0
says: The three verdicts are held, worse and unknown: whoever reads them next relies on the words.
"""


def judge_slices(slices, margin, alpha):
    found = {}
    for s in slices:
        high = bounds(s["items"], s["lost"], s["won"], alpha)[1]
        worse = tail(s["lost"], s["won"]) <= alpha / len(slices)
        found[s["slice"]] = "ok" if high < margin else "bad" if worse else "unclear"
    return found
