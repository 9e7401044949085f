"""Resample pairs.

task: position_bias
"""


def position_bias(records):
    frame = pd.DataFrame(records)[["g1_winner", "g2_winner"]]
    read = frame[(frame != "error").all(axis=1)]
    sign = read.replace({"model_1": 1, "model_2": -1, "tie": 0}).astype(float)
    values = ((sign.g1_winner - sign.g2_winner) / 2).to_numpy()
    rng = np.random.default_rng(0)
    draws = rng.choice(values, (4000, len(values))).mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return {
        "bias": float(values.mean()),
        "low": float(low),
        "high": float(high),
        "finding": "none" if low <= 0 <= high else ("first" if low > 0 else "second"),
        "consistent": float((read.g1_winner == read.g2_winner).mean()),
        "unread": len(frame) - len(read),
    }
