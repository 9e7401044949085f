"""Simulate months with drawn drifts and spreads, and take the quantiles.

task: forecast_month
"""


def forecast_month(spend: np.ndarray, price: np.ndarray) -> np.ndarray:
    spend, price = np.asarray(spend, float), np.asarray(price, float)
    count, past = spend.shape
    volume = (spend / price[:, :past]).reshape(count, -1, 7)
    x = np.log(volume.sum(2))
    d = np.diff(x, axis=1)
    m = d.shape[1]
    draw = np.random.default_rng(0)
    runs = 400
    # Draw the unknown spread and drift as a Bayesian with no prior opinion would.
    scale = np.sqrt((m - 1) / draw.chisquare(m - 1, (1, runs)))
    s = d.std(1, ddof=1)[:, None] * scale
    mu = d.mean(1)[:, None] + s * draw.standard_normal((1, runs)) / math.sqrt(m)
    weekday = volume.sum(1) / volume.sum((1, 2))[:, None]
    rate = (price[:, past:].reshape(count, 4, 7) * weekday[:, None, :]).sum(2)
    level, total = np.repeat(x[:, -1:], runs, 1), 0.0
    for week in range(4):
        level = level + mu + s * draw.standard_normal((1, runs))
        total = total + np.exp(level) * rate[:, week : week + 1]
    return np.quantile(total, [0.1, 0.9], axis=1).T
