"""Decide by comparing the margin with the cost of an error.

task: compare_options
"""


def compare_options(base, other, questions_per_day, error_usd):
    frame = pd.DataFrame([base, other], index=["base", "other"])
    usd = (
        frame.usd_per_call * frame.calls_per_question + frame.fixed_usd_per_day / questions_per_day
    )
    step, gain = usd.diff().iloc[1], frame.accuracy.diff().iloc[1]
    better = gain > 0
    worth_it = step < gain * error_usd
    return {
        "usd_per_correct": (usd / frame.accuracy).tolist(),
        "usd_per_extra_correct": float(step / gain) if better else None,
        "choose": "other" if worth_it else "base",
    }
