"""Call held what is not shown worse.

task: judge_slices
score: 0.44..0.45
says: A slice that is not shown worse is not yet held: that it stays within the margin has to be shown too.
"""


def judge_slices(slices, margin, alpha):
    found = {}
    for s in slices:
        low = tail(s["lost"], s["won"]) <= alpha / len(slices)
        found[s["slice"]] = "worse" if low else "held"
    return found
