"""Return whether each request may go to the cheap model.

task: route_requests
score: 0
says: Return model names: a list of True and False does not say which model that is.
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
        if upper(t) <= floors["slice"]:
            able[t["feature"], t["kind"]] = max(upper(t), 1e-9)
    # Spend the overall floor on them, cheapest loss first.
    share = Counter((r["feature"], r["kind"]) for r in requests)
    budget, chosen = floors["overall"] * len(requests), set()
    for pair in sorted(able, key=lambda pair: able[pair]):
        if able[pair] * share[pair] <= budget:
            budget -= able[pair] * share[pair]
            chosen.add(pair)
    names = (False, True)
    return [names[(r["feature"], r["kind"]) in chosen] for r in requests]
