"""Send short prompts to the cheap model.

task: route_requests
score: 0..0.223
says: Length says nothing about which work the cheap model can do: the trial does.
"""


def route_requests(
    trials: list[dict[str, Any]],
    requests: list[dict[str, Any]],
    prices: dict[str, dict[str, Any]],
    floors: dict[str, float],
) -> list[str]:
    middle = sorted(r["input"] for r in requests)[len(requests) // 2]
    return ["practice-small" if r["input"] <= middle else "practice-large" for r in requests]
