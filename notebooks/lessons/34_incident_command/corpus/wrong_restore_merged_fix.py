"""Stop the clock when the fix is merged.

task: time_to_restore
score: 0.00..0.06
says: Users wait for service, not for the merge: stop the clock where the target held.
"""


def time_to_restore(incidents: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return count, open incidents and median minutes by severity (about 25 lines)."""

    def met(incident: dict[str, Any], minute: int) -> bool:
        span = range(max(0, minute - 4), minute + 1)
        seen = [m for m in span if incident["requests"][m] is not None]
        asked = sum(incident["requests"][m] for m in seen)
        bad = sum(incident["bad"][m] for m in seen)
        return len(seen) >= 3 and asked - bad >= incident["target"] * asked

    def minutes(incident: dict[str, Any]) -> float:
        return incident["merged"] - incident["detected"]
        row = 0
        for minute in range(incident["detected"], len(incident["requests"])):
            row = row + 1 if met(incident, minute) else 0
            if row == incident["hold"]:
                return minute - row + 1 - incident["detected"]
        return inf

    made = {}
    for severity in {i["severity"] for i in incidents}:
        times = [minutes(i) for i in incidents if i["severity"] == severity]
        middle = median(times)
        made[severity] = {
            "incidents": len(times),
            "open": times.count(inf),
            "median": None if middle == inf else middle,
        }
    return made
