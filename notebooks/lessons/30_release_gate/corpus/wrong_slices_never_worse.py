"""Say held or unknown, never worse.

task: judge_slices
score: 0
says: No slice is ever worse for you, not even one that loses 14 points.
"""


def judge_slices(slices, margin, alpha):
    return {
        s["slice"]: "held"
        if bounds(s["items"], s["lost"], s["won"], alpha)[1] < margin
        else "unknown"
        for s in slices
    }
