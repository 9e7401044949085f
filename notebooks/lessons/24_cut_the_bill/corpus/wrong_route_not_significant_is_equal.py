"""Route what shows no significant difference.

task: route_requests
score: 0..0.223
says: A small trial shows no significant difference of anything: absence of proof is no proof.
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
        b, c = t["only_current"], t["only_other"]
        if b - c <= 1.96 * math.sqrt(b + c):
            able[t["feature"], t["kind"]] = 1e-9
    # Spend the overall floor on them, cheapest loss first.
    share = Counter((r["feature"], r["kind"]) for r in requests)
    budget, chosen = floors["overall"] * len(requests), set()
    for pair in sorted(able, key=lambda pair: able[pair]):
        if able[pair] * share[pair] <= budget:
            budget -= able[pair] * share[pair]
            chosen.add(pair)
    names = ("practice-large", "practice-small")
    return [names[(r["feature"], r["kind"]) in chosen] for r in requests]
