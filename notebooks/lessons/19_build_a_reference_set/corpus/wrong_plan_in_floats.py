"""Return whole numbers as floats where labels were added.

task: plan_sample
score: 0
says: Nobody reads half a trace: numbers of labels are ints.
"""


def plan_sample(strata, at_least, confidence, floor):
    plan, chance = dict.fromkeys(strata, floor), [1.0] + [0.0] * (at_least - 1)
    for name, n in plan.items():
        for _ in range(n):
            chance = one_more(chance, strata[name]["rate"])
    for name in sorted(strata, key=lambda n: -strata[n]["rate"]):
        while sum(chance) > 1 - confidence and plan[name] < strata[name]["size"]:
            chance = one_more(chance, strata[name]["rate"])
            plan[name] += 1.0
    if sum(chance) > 1 - confidence:
        raise ValueError
    return plan
