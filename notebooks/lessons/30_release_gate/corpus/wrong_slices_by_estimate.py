"""Compare the observed loss with the margin.

task: judge_slices
score: 0.33..0.56
says: The observed loss is a guess: use its bounds, and say unknown where they decide nothing.
"""


def judge_slices(slices, margin, alpha):
    return {
        s["slice"]: "worse" if (s["lost"] - s["won"]) / s["items"] > margin else "held"
        for s in slices
    }
