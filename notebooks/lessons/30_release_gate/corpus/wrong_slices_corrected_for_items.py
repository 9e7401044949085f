"""Divide alpha by the number of items.

task: judge_slices
score: 0.77..0.78
says: Slices are compared, not items: divide alpha by their number, or you find next to nothing.
"""


def judge_slices(slices, margin, alpha):
    found, items = {}, sum(s["items"] for s in slices)
    for s in slices:
        high = bounds(s["items"], s["lost"], s["won"], alpha)[1]
        worse = tail(s["lost"], s["won"]) <= alpha / items
        found[s["slice"]] = "held" if high < margin else "worse" if worse else "unknown"
    return found
