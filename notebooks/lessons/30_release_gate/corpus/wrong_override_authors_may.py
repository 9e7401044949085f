"""Let authors override for themselves.

task: override_in_force
score: 0.62..0.63
says: The author of a candidate may not wave it through.
"""

from datetime import datetime, timedelta


def override_in_force(decision, overrides, gate, now):
    read = datetime.fromisoformat

    def first_broken(one):
        granted = read(one["granted"])
        if decision["verdict"] != "block":
            return "verdict"
        if one["digest"] != decision["digest"]:
            return "digest"
        if one["by"] not in gate["may_override"]:
            return "person"
        if set(decision["because"]) & set(gate["never"]):
            return "never"
        if not set(decision["because"]) <= set(one["covers"]):
            return "covers"
        if not one["expires"] or read(one["expires"]) - granted > timedelta(
            hours=gate["longest_hours"]
        ):
            return "expiry"
        if not read(decision["at"]) <= granted <= read(now) < read(one["expires"]):
            return "time"
        return ""

    broken = {one["id"]: first_broken(one) for one in overrides}
    valid = [one for one in overrides if not broken[one["id"]]]
    first = min(valid, key=lambda one: read(one["granted"]), default={"id": ""})
    return {"override": first["id"], "refused": {k: rule for k, rule in broken.items() if rule}}
