"""Multiply the size for one find by the number of finds.

task: plan_sample
score: 0.3..0.4
says: Five finds do not take five times as many labels as one: luck evens out, so compute the chance of five.
"""


def plan_sample(strata, at_least, confidence, floor):
    plan = dict.fromkeys(strata, floor)
    for name in sorted(strata, key=lambda n: -strata[n]["rate"]):
        rate = strata[name]["rate"]
        need = at_least * math.ceil(math.log(1 - confidence) / math.log(1 - rate))
        plan[name] = max(floor, min(need, strata[name]["size"]))
        if need <= strata[name]["size"]:
            return plan
    raise ValueError
