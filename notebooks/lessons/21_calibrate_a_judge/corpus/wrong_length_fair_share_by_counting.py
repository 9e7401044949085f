"""Let the better grade win every time.

task: length_bias
score: 0.83..0.84
says: A better grade does not always win: at equal length the judge still errs, as its coefficient of the grade says.
"""


def length_bias(table):
    q = np.array(table["grade_1"], float) - np.array(table["grade_2"], float)
    d = np.log2(np.array(table["words_1"], float) / np.array(table["words_2"], float))
    won = np.array(table["winner"]) == 1
    x = np.column_stack([q, d])
    fit = optimize.minimize(loss, np.zeros(2), (x, won))
    p = 1 / (1 + np.exp(-x @ fit.x))
    cover = np.linalg.inv(x.T @ (x * (p * (1 - p))[:, None]))
    b = fit.x[1]
    half = 1.96 * math.sqrt(cover[1, 1])
    low, high = b - half, b + half
    finding = "longer" if low > 0 else "shorter" if high < 0 else "none"
    share = np.mean(q > 0) + np.mean(q == 0) / 2
    return {
        "per_doubling": float(b),
        "low": float(low),
        "high": float(high),
        "finding": finding,
        "fair_share": float(share),
    }
