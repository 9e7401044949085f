"""Keep two dicts and no class.

task: ride_out
"""


def ride_out(arrivals, outages, order):
    strikes, closed_from = dict.fromkeys(order, 0), dict.fromkeys(order, 0.0)
    rows = []
    for arrival in arrivals:
        t, who = arrival, None
        for name in order:
            if who is not None or t < closed_from[name]:
                continue
            down = None
            for start, end, how in outages.get(name, ()):
                if start <= t < end:
                    down = how
            if down is None:
                t, who, strikes[name] = t + 1, name, 0
            else:
                t += 2 if down == "silent" else 0
                strikes[name] += 1
                if strikes[name] > 2:
                    closed_from[name] = t + 30
        rows.append(
            {"from": who or "cache", "degraded": who != order[0], "seconds": float(t - arrival)}
        )
    return rows
