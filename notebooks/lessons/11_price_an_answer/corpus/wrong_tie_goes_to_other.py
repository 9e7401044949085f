"""Choose the new option on a tie.

task: compare_options
score: 0.95
says: You choose other on a tie: where both cost the same, stay with base.
"""


def compare_options(
    base: dict[str, float], other: dict[str, float], questions_per_day: int, error_usd: float
) -> dict[str, Any]:
    """Return unit costs, the margin and the choice (about 10 lines)."""
    options = (base, other)
    cost = [
        o["usd_per_call"] * o["calls_per_question"] + o["fixed_usd_per_day"] / questions_per_day
        for o in options
    ]
    all_in = [usd + (1 - o["accuracy"]) * error_usd for usd, o in zip(cost, options, strict=True)]
    gain = other["accuracy"] - base["accuracy"]
    return {
        "usd_per_correct": [usd / o["accuracy"] for usd, o in zip(cost, options, strict=True)],
        "usd_per_extra_correct": (cost[1] - cost[0]) / gain if gain > 0 else None,
        "choose": "other" if all_in[1] <= all_in[0] else "base",
    }
