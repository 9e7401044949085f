"""Stop one label late.

task: plan_sample
score: 0
says: The plan is one label too large: stop as soon as the chance is reached.
"""


def plan_sample(strata, at_least, confidence, floor):
    plan, chance = dict.fromkeys(strata, floor), [1.0] + [0.0] * (at_least - 1)
    for name, n in plan.items():
        for _ in range(n):
            chance = one_more(chance, strata[name]["rate"])
    for name in sorted(strata, key=lambda n: -strata[n]["rate"]):
        while plan[name] < strata[name]["size"]:
            enough = sum(chance) <= 1 - confidence
            chance = one_more(chance, strata[name]["rate"])
            plan[name] += 1
            if enough:
                return plan
    raise ValueError
