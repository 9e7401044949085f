"""One row a tenant.

task: blast_radius
"""


def blast_radius(incident, onset, end):
    full = complete(table(incident))
    people = pd.DataFrame(incident["tenants"]).set_index("name")
    for when, part in (("old", full[:onset]), ("new", full[onset:end])):
        for what in ("requests", "bad"):
            people[f"{when}_{what}"] = [part[f"tenant.{n}.{what}"].sum() for n in people.index]
    usual = people["old_bad"] / people["old_requests"]
    hit = people["new_bad"] / people["new_requests"] >= usual + 0.04
    count = (people["new_bad"] - usual * people["new_requests"])[hit].round().astype(int)
    each = full["model.cost_usd"][:onset].sum() / people["old_requests"].sum()
    extra = full["model.cost_usd"][onset:end].sum() - each * people["new_requests"].sum()
    goal = incident["objective"]
    return {
        "tenants": {name: int(n) for name, n in count.items()},
        "credit_usd": round(float((count * people["credit_usd"][hit]).sum()), 2),
        "spend_usd": round(max(float(extra), 0.0), 2),
        "budget": float(count.sum()) / ((1 - goal["target"]) * goal["requests"]),
    }
