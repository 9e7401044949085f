"""Draw the loss of each pair from its posterior, and drop those that may be above a floor.

task: route_requests
"""


def route_requests(
    trials: list[dict[str, Any]],
    requests: list[dict[str, Any]],
    prices: dict[str, dict[str, Any]],
    floors: dict[str, float],
) -> list[str]:
    draw = np.random.default_rng(5)
    count = Counter((r["feature"], r["kind"]) for r in requests)
    ends = {}
    for t in trials:
        b, c = t["only_current"] + 0.5, t["only_other"] + 0.5
        chances = draw.dirichlet([b, c, t["n"] - b - c + 1.5], 4_000)
        ends[t["feature"], t["kind"]] = float(np.quantile(chances[:, 0] - chances[:, 1], 0.95))
    cheap: list[tuple[str, str]] = []
    for pair in sorted(ends, key=ends.__getitem__):
        lost = sum(max(ends[p], 0) * count[p] for p in [*cheap, pair])
        if ends[pair] <= floors["slice"] and lost <= floors["overall"] * len(requests):
            cheap.append(pair)
    return [
        "practice-small" if (r["feature"], r["kind"]) in cheap else "practice-large"
        for r in requests
    ]
