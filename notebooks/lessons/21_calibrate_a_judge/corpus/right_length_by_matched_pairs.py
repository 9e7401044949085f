"""Use pairs of one grade for the effect, and hold it fixed for the share.

task: length_bias
"""


def length_bias(table):
    t = {k: np.array(v, float) for k, v in table.items()}
    q, d = t["grade_1"] - t["grade_2"], np.log2(t["words_1"] / t["words_2"])
    won = t["winner"] == 1
    same = q == 0

    def slope(b):
        p = 1 / (1 + np.exp(-b * d[same]))
        return (d[same] * (won[same] - p)).sum()

    b = optimize.brentq(slope, -5, 5)
    p = 1 / (1 + np.exp(-b * d[same]))
    half = 1.96 / math.sqrt((d[same] ** 2 * p * (1 - p)).sum())

    def tilt(a):
        return (q * (won - 1 / (1 + np.exp(-a * q - b * d)))).sum()

    a = optimize.brentq(tilt, -10, 10)
    low, high = b - half, b + half
    return {
        "per_doubling": float(b),
        "low": float(low),
        "high": float(high),
        "finding": "longer" if low > 0 else "shorter" if high < 0 else "none",
        "fair_share": float(np.mean(1 / (1 + np.exp(-a * q)))),
    }
