"""Let pandas read the times, and walk from the earliest granted.

task: override_in_force
"""

import pandas as pd


def override_in_force(decision, overrides, gate, now):
    def time(text):
        return pd.Timestamp(text).tz_convert("UTC")

    found, refused = "", {}
    for one in sorted(overrides, key=lambda o: time(o["granted"])):
        rule = ""
        if decision["verdict"] != "block":
            rule = "verdict"
        elif one["digest"] != decision["digest"]:
            rule = "digest"
        elif one["by"] == decision["author"] or one["by"] not in gate["may_override"]:
            rule = "person"
        elif any(reason in gate["never"] for reason in decision["because"]):
            rule = "never"
        elif any(reason not in one["covers"] for reason in decision["because"]):
            rule = "covers"
        elif not one["expires"] or time(one["expires"]) - time(one["granted"]) > pd.Timedelta(
            hours=gate["longest_hours"]
        ):
            rule = "expiry"
        elif (
            time(one["granted"]) < time(decision["at"])
            or time(one["granted"]) > time(now)
            or time(now) >= time(one["expires"])
        ):
            rule = "time"
        if rule:
            refused[one["id"]] = rule
        else:
            found = found or one["id"]
    return {"override": found, "refused": refused}
