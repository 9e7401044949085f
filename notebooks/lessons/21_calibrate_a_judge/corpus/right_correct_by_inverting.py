"""Keep every rate that the counts do not contradict.

task: correct_rates
"""


def correct_rates(worlds):
    answers = []
    for w in worlds:
        p, t, s = w["passed"] / w["n"], w["tp"] / w["good"], w["tn"] / w["bad"]
        j, z2 = t + s - 1, 1.96**2
        vp, vt, vs = p * (1 - p) / w["n"], t * (1 - t) / w["good"], s * (1 - s) / w["bad"]
        if j < 0.2 or j * j <= z2 * (vt + vs):
            answers.append(None)
            continue
        # (p + s - 1 - r j)^2 <= z2 (vp + r^2 vt + (1 - r)^2 vs) is a parabola in r.
        m = p + s - 1
        a, b, c = j * j - z2 * (vt + vs), z2 * vs - m * j, m * m - z2 * (vp + vs)
        root = math.sqrt(max(b * b - a * c, 0))
        ends = [min(max(end, 0.0), 1.0) for end in ((-b - root) / a, (-b + root) / a)]
        rate = min(max(m / j, 0.0), 1.0)
        answers.append({"rate": rate, "low": min(ends[0], rate), "high": max(ends[1], rate)})
    return answers
