"""Take the plain mean of a week's prices.

task: forecast_month
score: 0.8
says: A price that changes on a Friday meets few requests that week: weight the days by their volume.
"""


def forecast_month(spend: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Return low and high of the next 28 days' dollars (about 16 lines)."""
    spend, price = np.asarray(spend, float), np.asarray(price, float)
    count, past = spend.shape
    volume = (spend / price[:, :past]).reshape(count, -1, 7)
    x = np.log(volume.sum(2))
    d = np.diff(x, axis=1)
    m, mu, s = d.shape[1], d.mean(1), d.std(1, ddof=1)
    rate = price[:, past:].reshape(count, 4, 7).mean(2)
    k = np.arange(1, 5)
    week = np.exp(x[:, -1:] + mu[:, None] * k) * rate
    total = week.sum(1, keepdims=True)
    a = week / total
    c = a[:, ::-1].cumsum(1)[:, ::-1]
    spread = s * np.sqrt((c**2).sum(1) + (a @ k) ** 2 / m)
    half = stats.t.ppf(0.9, m - 1) * spread[:, None]
    return total * np.exp(half * np.array([-1, 1]))
