"""Return pairs instead of a dict.

task: judge_slices
score: 0
says: Return a dict from slice to verdict.
"""


def judge_slices(slices, margin, alpha):
    found = []
    for s in slices:
        high = bounds(s["items"], s["lost"], s["won"], alpha)[1]
        worse = tail(s["lost"], s["won"]) <= alpha / len(slices)
        found.append((s["slice"], "held" if high < margin else "worse" if worse else "unknown"))
    return found
