"""Leave estimates outside 0..1 as they come.

task: correct_rates
score: 0
says: A rate above 1 or below 0 is no rate: cut the estimate and the interval to 0..1.
"""


def correct_rates(worlds):
    answers = []
    for w in worlds:
        p, t, s = w["passed"] / w["n"], w["tp"] / w["good"], w["tn"] / w["bad"]
        vp = p * (1 - p) / w["n"]
        vt = t * (1 - t) / w["good"]
        vs = s * (1 - s) / w["bad"]
        j = t + s - 1
        if j < 0.2 or j - 1.96 * math.sqrt(vt + vs) <= 0:
            answers.append(None)
            continue
        raw = (p + s - 1) / j
        r = raw
        half = 1.96 * math.sqrt(vp + r * r * vt + (1 - r) ** 2 * vs) / j
        low, high = raw - half, raw + half
        answers.append({"rate": r, "low": min(low, r), "high": max(high, r)})
    return answers
