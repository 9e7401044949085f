"""Walk back from the end, and remember how long the target has held.

task: time_to_restore
"""


def time_to_restore(incidents):
    def minutes(incident):
        asked, bad, goal = incident["requests"], incident["bad"], incident["target"]
        after, found = 0, inf
        for m in range(len(asked) - 1, incident["detected"] - 1, -1):
            pairs = [(asked[i], bad[i]) for i in range(max(0, m - 4), m + 1) if bad[i] is not None]
            fine = len(pairs) >= 3 and sum(b for _, b in pairs) <= (1 - goal) * sum(
                a for a, _ in pairs
            )
            after = after + 1 if fine else 0
            if after >= incident["hold"]:
                found = m - incident["detected"]
        return found

    made = {}
    for severity in sorted({i["severity"] for i in incidents}):
        times = sorted(minutes(i) for i in incidents if i["severity"] == severity)
        half = len(times) // 2
        middle = times[half] if len(times) % 2 else (times[half - 1] + times[half]) / 2
        known = middle if middle < inf else None
        made[severity] = {
            "incidents": len(times),
            "open": len([t for t in times if t == inf]),
            "median": known,
        }
    return made
