"""Read the richest stratum only.

task: plan_sample
score: 0.5..0.7
says: A stratum gets fewer labels than the floor: without labels it has no rate.
"""


def plan_sample(strata, at_least, confidence, floor):
    plan, chance = dict.fromkeys(strata, 0), [1.0] + [0.0] * (at_least - 1)
    for name in sorted(strata, key=lambda n: -strata[n]["rate"]):
        while sum(chance) > 1 - confidence and plan[name] < strata[name]["size"]:
            chance = one_more(chance, strata[name]["rate"])
            plan[name] += 1
    if sum(chance) > 1 - confidence:
        raise ValueError
    return plan
