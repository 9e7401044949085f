"""Fill and sum in plain loops.

task: blast_radius
"""


def blast_radius(incident, onset, end):
    rows = {s["name"]: fill_list(s["values"]) for s in incident["series"]}
    found, asked_before, asked_inside = {}, 0.0, 0.0
    for tenant in incident["tenants"]:
        name = tenant["name"]
        asked, bad = rows[f"tenant.{name}.requests"], rows[f"tenant.{name}.bad"]
        asked_before += sum(asked[:onset])
        asked_inside += sum(asked[onset:end])
        expected = sum(bad[:onset]) / sum(asked[:onset])
        if sum(bad[onset:end]) / sum(asked[onset:end]) - expected >= 0.04:
            found[name] = round(sum(bad[onset:end]) - expected * sum(asked[onset:end]))
    cost = rows["model.cost_usd"]
    extra = sum(cost[onset:end]) - sum(cost[:onset]) * asked_inside / asked_before
    allowed = (1 - incident["objective"]["target"]) * incident["objective"]["requests"]
    return {
        "tenants": found,
        "credit_usd": sum(t["credit_usd"] * found.get(t["name"], 0) for t in incident["tenants"]),
        "spend_usd": round(extra, 2) if extra > 0 else 0.0,
        "budget": sum(found.values()) / allowed,
    }


def fill_list(values):
    made = list(values)
    for i, value in enumerate(values):
        if value is None:
            left = [v for v in values[:i] if v is not None][-1:]
            right = [v for v in values[i + 1 :] if v is not None][:1]
            made[i] = sum(left + right) / len(left + right)
    return made
