"""Refuse a small J, however badly a larger one is known.

task: correct_rates
score: 0.83..0.84
says: J = 0.24 from two dozen labels may as well be 0: its interval decides, too.
"""


def correct_rates(worlds):
    answers = []
    for w in worlds:
        p, t, s = w["passed"] / w["n"], w["tp"] / w["good"], w["tn"] / w["bad"]
        vp = p * (1 - p) / w["n"]
        vt = t * (1 - t) / w["good"]
        vs = s * (1 - s) / w["bad"]
        j = t + s - 1
        if j < 0.2:
            answers.append(None)
            continue
        raw = (p + s - 1) / j
        r = min(max(raw, 0.0), 1.0)
        half = 1.96 * math.sqrt(vp + r * r * vt + (1 - r) ** 2 * vs) / j
        low, high = max(raw - half, 0.0), min(raw + half, 1.0)
        answers.append({"rate": r, "low": min(low, r), "high": max(high, r)})
    return answers
