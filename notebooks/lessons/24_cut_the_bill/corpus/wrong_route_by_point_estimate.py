"""Take the loss seen in the trial for the loss.

task: route_requests
score: 0
says: Nothing lost in two dozen trials rules out little: hold the floor against the upper end.
"""


def route_requests(
    trials: list[dict[str, Any]],
    requests: list[dict[str, Any]],
    prices: dict[str, dict[str, Any]],
    floors: dict[str, float],
) -> list[str]:
    """Choose a model for each request (about 16 lines)."""
    # Keep the pairs whose upper end is within floors["slice"].
    able = {}
    for t in trials:
        if (t["only_current"] - t["only_other"]) / t["n"] <= floors["slice"]:
            able[t["feature"], t["kind"]] = max(
                (t["only_current"] - t["only_other"]) / t["n"], 1e-9
            )
    # Spend the overall floor on them, cheapest loss first.
    share = Counter((r["feature"], r["kind"]) for r in requests)
    budget, chosen = floors["overall"] * len(requests), set()
    for pair in sorted(able, key=lambda pair: able[pair]):
        if able[pair] * share[pair] <= budget:
            budget -= able[pair] * share[pair]
            chosen.add(pair)
    names = ("practice-large", "practice-small")
    return [names[(r["feature"], r["kind"]) in chosen] for r in requests]
