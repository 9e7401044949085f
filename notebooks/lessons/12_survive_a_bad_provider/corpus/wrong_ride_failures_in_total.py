"""Count failures, never forget them.

task: ride_out
score: 0.2..0.9
says: Failures count in a row: a success in between sets the count back.
"""


def ride_out(arrivals, outages, order):
    failures, until = dict.fromkeys(order, 0), dict.fromkeys(order, 0.0)
    rows = []
    for arrival in arrivals:
        now, who = arrival, "cache"
        for name in order:
            if now < until[name]:
                continue
            how = [how for start, end, how in outages.get(name, []) if start <= now < end]
            now += {"refuses": 0.0, "silent": 2.0}[how[0]] if how else 1.0
            if not how:
                who = name
                break
            failures[name] += 1
            if failures[name] >= 3:
                until[name] = now + 30
        rows.append({"from": who, "degraded": who != order[0], "seconds": now - arrival})
    return rows
