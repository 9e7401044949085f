"""Take every objective for 90 %.

task: blast_radius
score: 0.909090909
says: The objective is in the record: its target is not 90 % everywhere.
"""


def blast_radius(incident: dict[str, Any], onset: int, end: int) -> dict[str, Any]:
    """Return whom it reached, what they are owed, and the budget it burnt (about 20 lines)."""
    frame = complete(table(incident))
    before, inside = frame[:onset].sum(), frame[onset:end].sum()
    tenants, credit = {}, 0.0
    for tenant in incident["tenants"]:
        asked, bad = (f"tenant.{tenant['name']}.{what}" for what in ("requests", "bad"))
        usual = before[bad] / before[asked]
        if inside[bad] / inside[asked] >= usual + 0.04:
            count = round(inside[bad] - usual * inside[asked])
            tenants[tenant["name"]] = count
            credit += count * tenant["credit_usd"]
    asked = [f"tenant.{tenant['name']}.requests" for tenant in incident["tenants"]]
    each = before["model.cost_usd"] / before[asked].sum()
    extra = inside["model.cost_usd"] - each * inside[asked].sum()
    objective = incident["objective"]
    return {
        "tenants": tenants,
        "credit_usd": round(credit, 2),
        "spend_usd": round(max(0.0, float(extra)), 2),
        "budget": sum(tenants.values()) / (0.1 * objective["requests"]),
    }
