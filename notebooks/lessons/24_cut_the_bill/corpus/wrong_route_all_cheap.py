"""Send everything to the cheap model.

task: route_requests
score: 0
says: Overall the loss is a few points: that is above the floor, whatever it saves.
"""


def route_requests(
    trials: list[dict[str, Any]],
    requests: list[dict[str, Any]],
    prices: dict[str, dict[str, Any]],
    floors: dict[str, float],
) -> list[str]:
    return ["practice-small"] * len(requests)
