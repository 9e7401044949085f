"""Bisect on the total, with the distribution by convolution.

task: plan_sample
"""


def plan_sample(strata, at_least, confidence, floor):
    names = sorted(strata, key=lambda name: strata[name]["rate"], reverse=True)

    def filled(total: int) -> dict[str, int]:
        plan, left = dict.fromkeys(strata, floor), total - floor * len(strata)
        for name in names:
            more = min(left, strata[name]["size"] - floor)
            plan[name], left = floor + more, left - more
        return plan

    def short(total: int) -> float:
        chance = np.ones(1)
        for name, n in filled(total).items():
            pmf = stats.binom.pmf(np.arange(at_least), n, strata[name]["rate"])
            chance = np.convolve(chance, pmf)[:at_least]
        return float(chance.sum())

    low, high = floor * len(strata), sum(s["size"] for s in strata.values())
    if short(high) > 1 - confidence:
        raise ValueError("out of reach")
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if short(middle) <= 1 - confidence else (middle + 1, high)
    return {name: int(n) for name, n in filled(low).items()}
