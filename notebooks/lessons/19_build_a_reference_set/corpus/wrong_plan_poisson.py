"""Take the Poisson distribution for the binomial.

task: plan_sample
score: 0..0.5
says: The Poisson approximation asks for a few labels too many: the binomial is exact.
"""


def plan_sample(strata, at_least, confidence, floor):
    plan = dict.fromkeys(strata, floor)
    mean = sum(floor * s["rate"] for s in strata.values())
    for name in sorted(strata, key=lambda n: -strata[n]["rate"]):
        while stats.poisson.cdf(at_least - 1, mean) > 1 - confidence:
            if plan[name] == strata[name]["size"]:
                break
            plan[name] += 1
            mean += strata[name]["rate"]
    if stats.poisson.cdf(at_least - 1, mean) > 1 - confidence:
        raise ValueError
    return plan
