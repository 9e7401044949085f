"""Give every grade difference a level of its own.

task: length_bias
"""


def length_bias(table):
    t = {k: np.array(v, float) for k, v in table.items()}
    q = np.clip(t["grade_1"] - t["grade_2"], -3, 3)
    d = np.log2(t["words_1"] / t["words_2"])
    levels = np.unique(q)
    x = np.column_stack([d, *(q == level for level in levels)]).astype(float)
    won = t["winner"] == 1
    b = np.zeros(x.shape[1])
    for _ in range(12):
        p = 1 / (1 + np.exp(-x @ b))
        hessian = x.T @ (x * (p * (1 - p))[:, None]) + 1e-6 * np.eye(len(b))
        b = b + np.linalg.solve(hessian, x.T @ (won - p))
    half = 1.96 * math.sqrt(np.linalg.inv(hessian)[0, 0])
    x[:, 0] = 0
    return {
        "per_doubling": float(b[0]),
        "low": float(b[0] - half),
        "high": float(b[0] + half),
        "finding": "longer" if b[0] > half else "shorter" if b[0] < -half else "none",
        "fair_share": float(np.mean(1 / (1 + np.exp(-x @ b)))),
    }
