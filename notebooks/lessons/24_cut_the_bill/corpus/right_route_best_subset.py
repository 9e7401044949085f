"""Try every set of kinds that keeps both floors, and take the one that saves most.

task: route_requests
"""


def route_requests(
    trials: list[dict[str, Any]],
    requests: list[dict[str, Any]],
    prices: dict[str, dict[str, Any]],
    floors: dict[str, float],
) -> list[str]:
    from itertools import combinations

    share = Counter((r["feature"], r["kind"]) for r in requests)
    saving: Counter[tuple[str, str]] = Counter()
    rate = {m: [float(p[f"{k}_mtok"]) for k in ("input", "output")] for m, p in prices.items()}
    for r in requests:
        gap = [a - b for a, b in zip(rate["practice-large"], rate["practice-small"], strict=True)]
        saving[r["feature"], r["kind"]] += gap[0] * r["input"] + gap[1] * r["output"]
    ends = {(t["feature"], t["kind"]): upper(t) for t in trials}
    able = [pair for pair, end in ends.items() if end <= floors["slice"]]
    subsets = [s for size in range(len(able) + 1) for s in combinations(able, size)]
    fits = [
        s
        for s in subsets
        if sum(max(ends[p], 0) * share[p] for p in s) <= floors["overall"] * len(requests)
    ]
    best = max(fits, key=lambda s: sum(saving[p] for p in s))
    model = {True: "practice-small", False: "practice-large"}
    return [model[(r["feature"], r["kind"]) in best] for r in requests]
