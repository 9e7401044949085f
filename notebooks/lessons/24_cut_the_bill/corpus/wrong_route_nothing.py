"""Leave everything where it is.

task: route_requests
score: 0
says: Nothing is lost and nothing is saved: some work has proof that the cheap model does it as well.
"""


def route_requests(
    trials: list[dict[str, Any]],
    requests: list[dict[str, Any]],
    prices: dict[str, dict[str, Any]],
    floors: dict[str, float],
) -> list[str]:
    return ["practice-large"] * len(requests)
