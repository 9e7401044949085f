"""Return the whole log where no plan is enough.

task: plan_sample
score: 0.8..0.9
says: Where even the whole log is not enough, raise ValueError: a plan that cannot keep its promise is no plan.
"""


def plan_sample(strata, at_least, confidence, floor):
    plan, chance = dict.fromkeys(strata, floor), [1.0] + [0.0] * (at_least - 1)
    for name, n in plan.items():
        for _ in range(n):
            chance = one_more(chance, strata[name]["rate"])
    for name in sorted(strata, key=lambda n: -strata[n]["rate"]):
        while sum(chance) > 1 - confidence and plan[name] < strata[name]["size"]:
            chance = one_more(chance, strata[name]["rate"])
            plan[name] += 1
    return plan
