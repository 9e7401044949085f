"""Write the breaker as a state machine with generators.

task: ride_out
"""

COST = {"up": 1.0, "refuses": 0.0, "silent": 2.0}


class Gate:
    def __init__(self, outages):
        self.outages, self.state, self.failed, self.since = outages, "closed", 0, 0.0

    def skips(self, now):
        if self.state == "open" and now - self.since >= 30:
            self.state = "half-open"
        return self.state == "open"

    def asked(self, now):
        downs = [how for start, end, how in self.outages if start <= now < end]
        outcome = downs[0] if downs else "up"
        later = now + COST[outcome]
        if outcome == "up":
            self.state, self.failed = "closed", 0
        else:
            self.failed += 1
            if self.state == "half-open" or self.failed == 3:
                self.state, self.since = "open", later
        return outcome == "up", later


def ride_out(arrivals, outages, order):
    gates = {name: Gate(outages.get(name, [])) for name in order}

    def follow(arrival):
        now = arrival
        for name, gate in gates.items():
            if gate.skips(now):
                continue
            answered, now = gate.asked(now)
            if answered:
                return name, now
        return "cache", now

    told = [(arrival, *follow(arrival)) for arrival in arrivals]
    return [
        {"from": name, "degraded": name != order[0], "seconds": end - start}
        for start, name, end in told
    ]
