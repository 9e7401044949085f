"""Group in a frame, a column a mode.

task: estimate_rates
"""


def estimate_rates(sizes, labelled, modes):
    frame = pd.DataFrame({m: [float(m in r["modes"]) for r in labelled] for m in modes})
    frame["stratum"] = [r["stratum"] for r in labelled]
    groups = frame.groupby("stratum")[modes]
    size = pd.Series(sizes, dtype=float)
    count = groups.size().reindex(size.index)
    share = groups.mean().reindex(size.index)
    spread = groups.var(ddof=1).reindex(size.index).div(count, axis=0)
    weight = size / size.sum()
    rates = share.mul(weight, axis=0).sum()
    variances = spread.mul(weight**2 * (1 - count / size), axis=0).sum()
    made = {}
    for mode in modes:
        p, v, n = float(rates[mode]), float(variances[mode]), float(len(labelled))
        low, high = wilson(p, n if v <= 0 else min(n, p * (1 - p) / v))
        made[mode] = {"rate": p, "low": low, "high": high}
    return made
