"""Read more of a stratum than it has.

task: plan_sample
score: 0.6..0.7
says: You read more traces of a stratum than it has.
"""


def plan_sample(strata, at_least, confidence, floor):
    plan, chance = dict.fromkeys(strata, floor), [1.0] + [0.0] * (at_least - 1)
    for name, n in plan.items():
        for _ in range(n):
            chance = one_more(chance, strata[name]["rate"])
    richest = max(strata, key=lambda n: strata[n]["rate"])
    while sum(chance) > 1 - confidence:
        chance = one_more(chance, strata[richest]["rate"])
        plan[richest] += 1
    return plan
