"""Resample all three samples.

task: correct_rates
"""


def correct_rates(worlds):
    rng = np.random.default_rng(0)
    answers = []
    for w in worlds:
        sizes = [(w["n"], w["passed"]), (w["good"], w["tp"]), (w["bad"], w["tn"])]
        p, t, s = (k / n for n, k in sizes)
        j = t + s - 1
        if j < 0.2 or j <= 1.96 * math.sqrt(t * (1 - t) / w["good"] + s * (1 - s) / w["bad"]):
            answers.append(None)
            continue
        ps, ts, ss = (rng.binomial(n, k / n, 1500) / n for n, k in sizes)
        draws = np.clip((ps + ss - 1) / (ts + ss - 1), 0, 1)
        low, high = np.percentile(draws, [2.5, 97.5])
        rate = min(max((p + s - 1) / j, 0), 1)
        answers.append({"rate": rate, "low": min(float(low), rate), "high": max(float(high), rate)})
    return answers
