"""Let the average speak for every slice.

task: judge_slices
score: 0
says: Your verdict is the average's; one slice may pay for the others.
"""


def judge_slices(slices, margin, alpha):
    items, lost, won = (sum(s[k] for s in slices) for k in ("items", "lost", "won"))
    low, high = bounds(items, lost, won, alpha)
    verdict = "held" if high < margin else "worse" if low > 0 else "unknown"
    return {s["slice"]: verdict for s in slices}
