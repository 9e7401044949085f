"""Work service by service in plain Python.

task: forecast_month
"""


def forecast_month(spend: np.ndarray, price: np.ndarray) -> list[list[float]]:
    made = []
    t = float(stats.t.ppf(0.9, spend.shape[1] // 7 - 2))
    for dollars, level in zip(spend.tolist(), price.tolist(), strict=True):
        past = len(dollars)
        volume = [usd / p for usd, p in zip(dollars, level, strict=False)]
        logs = [math.log(sum(volume[at : at + 7])) for at in range(0, past, 7)]
        steps = [b - a for a, b in pairwise(logs)]
        m, drift = len(steps), (logs[-1] - logs[0]) / len(steps)
        spread = math.sqrt(sum((d - drift) ** 2 for d in steps) / (m - 1))
        whole = sum(volume)
        share = [sum(volume[day::7]) / whole for day in range(7)]
        weeks = []
        for week in range(4):
            days = level[past + 7 * week : past + 7 * week + 7]
            paid = sum(a * b for a, b in zip(days, share, strict=True))
            weeks.append(math.exp(logs[-1] + (week + 1) * drift) * paid)
        total = sum(weeks)
        reach = [sum(weeks[week:]) / total for week in range(4)]
        variance = sum(r * r for r in reach) + sum(reach) ** 2 / m
        half = t * spread * math.sqrt(variance)
        made.append([total * math.exp(-half), total * math.exp(half)])
    return made
