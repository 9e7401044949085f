"""Read until the expected number of finds is enough.

task: plan_sample
score: 0
says: You plan for the expected number of finds; about half of such samples find fewer.
"""


def plan_sample(strata, at_least, confidence, floor):
    plan = dict.fromkeys(strata, floor)
    expected = sum(floor * s["rate"] for s in strata.values())
    for name in sorted(strata, key=lambda n: -strata[n]["rate"]):
        while expected < at_least and plan[name] < strata[name]["size"]:
            plan[name] += 1
            expected += strata[name]["rate"]
    if expected < at_least:
        raise ValueError
    return plan
