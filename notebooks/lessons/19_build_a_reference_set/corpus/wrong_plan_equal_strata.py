"""Read the same number in every stratum.

task: plan_sample
score: 0.5
says: You read every stratum equally; above the floor, each label helps most in the richest one.
"""


def plan_sample(strata, at_least, confidence, floor):
    plan, chance = dict.fromkeys(strata, 0), [1.0] + [0.0] * (at_least - 1)
    while sum(chance) > 1 - confidence or min(plan.values()) < floor:
        left = [name for name in strata if plan[name] < strata[name]["size"]]
        if not left:
            raise ValueError
        name = min(left, key=plan.get)
        plan[name] += 1
        chance = one_more(chance, strata[name]["rate"])
    return plan
