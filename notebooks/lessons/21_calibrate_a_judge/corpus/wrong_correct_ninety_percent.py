"""Use the 90 % point of the normal distribution.

task: correct_rates
score: 0.5
says: 1.645 is for a 90 % interval: a 95 % interval takes 1.96.
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
        r = min(max(raw, 0.0), 1.0)
        half = 1.645 * math.sqrt(vp + r * r * vt + (1 - r) ** 2 * vs) / j
        low, high = max(raw - half, 0.0), min(raw + half, 1.0)
        answers.append({"rate": r, "low": min(low, r), "high": max(high, r)})
    return answers
