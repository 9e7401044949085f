"""Mark each minute in a frame, and look for runs.

task: time_to_restore
"""


def time_to_restore(incidents):
    def ends(incident):
        frame = pd.DataFrame({k: incident[k] for k in ("requests", "bad")}, dtype=float)
        sums = frame.rolling(5, min_periods=1).sum()
        seen = frame["bad"].notna().rolling(5, min_periods=1).sum() >= 3
        met = seen & (sums["bad"] <= (1 - incident["target"]) * sums["requests"])
        met[: incident["detected"]] = False
        held = met[::-1].rolling(incident["hold"]).sum()[::-1] == incident["hold"]
        return float(held.idxmax()) - incident["detected"] if held.any() else inf

    times = {}
    for incident in incidents:
        times.setdefault(incident["severity"], []).append(ends(incident))
    return {
        name: {
            "incidents": len(found),
            "open": sum(t == inf for t in found),
            "median": None if median(found) == inf else median(found),
        }
        for name, found in times.items()
    }
