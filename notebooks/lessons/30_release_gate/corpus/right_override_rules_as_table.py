"""Hold rules in a dict of conditions and take the first that fails.

task: override_in_force
"""

from datetime import datetime


def override_in_force(decision, overrides, gate, now):
    at = lambda text: datetime.fromisoformat(text).timestamp() if text else float("inf")  # noqa: E731
    reasons = set(decision["because"])
    refused, granted = {}, {}
    for one in overrides:
        start, end = at(one["granted"]), at(one["expires"])
        rules = {
            "verdict": decision["verdict"] == "block",
            "digest": one["digest"] == decision["digest"],
            "person": one["by"] in set(gate["may_override"]) - {decision["author"]},
            "never": reasons.isdisjoint(gate["never"]),
            "covers": reasons.issubset(one["covers"]),
            "expiry": end - start <= 3600 * gate["longest_hours"],
            "time": at(decision["at"]) <= start <= at(now) < end,
        }
        broken = [name for name, kept in rules.items() if not kept]
        if broken:
            refused[one["id"]] = broken[0]
        else:
            granted[start] = one["id"]
    return {"override": granted[min(granted)] if granted else "", "refused": refused}
