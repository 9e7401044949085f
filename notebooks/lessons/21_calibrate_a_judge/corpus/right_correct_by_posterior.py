"""Draw all three shares from their posteriors.

task: correct_rates
"""


def correct_rates(worlds):
    rng = np.random.default_rng(1)
    answers = []
    for w in worlds:
        sizes = [(w["passed"], w["n"]), (w["tp"], w["good"]), (w["tn"], w["bad"])]
        p, t, s = (k / n for k, n in sizes)
        j = t + s - 1
        if j < 0.2 or j <= 1.96 * math.sqrt(t * (1 - t) / w["good"] + s * (1 - s) / w["bad"]):
            answers.append(None)
            continue
        ps, ts, ss = (rng.beta(k + 0.5, n - k + 0.5, 1500) for k, n in sizes)
        ends = np.percentile(np.clip((ps + ss - 1) / (ts + ss - 1), 0, 1), [2.5, 97.5])
        rate = min(max((p + s - 1) / j, 0), 1)
        answers.append(
            {"rate": rate, "low": min(float(ends[0]), rate), "high": max(float(ends[1]), rate)}
        )
    return answers
