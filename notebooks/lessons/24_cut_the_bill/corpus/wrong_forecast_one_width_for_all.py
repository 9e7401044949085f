"""Give every service the same width.

task: forecast_month
score: 0..0.2
says: A calm service needs a narrow interval and a wild one a wide: take the spread of its own steps.
"""


def forecast_month(spend: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Return low and high of the next 28 days' dollars (about 16 lines)."""
    spend, price = np.asarray(spend, float), np.asarray(price, float)
    count, past = spend.shape
    volume = (spend / price[:, :past]).reshape(count, -1, 7)
    x = np.log(volume.sum(2))
    d = np.diff(x, axis=1)
    mu = d.mean(1)
    weekday = volume.sum(1) / volume.sum((1, 2))[:, None]
    rate = (price[:, past:].reshape(count, 4, 7) * weekday[:, None, :]).sum(2)
    k = np.arange(1, 5)
    week = np.exp(x[:, -1:] + mu[:, None] * k) * rate
    total = week.sum(1, keepdims=True)
    return total * np.exp(0.1 * np.array([-1, 1]))
