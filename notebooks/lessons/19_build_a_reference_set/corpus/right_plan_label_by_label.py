"""Give the next label to the stratum where it helps most, and judge from scratch each time.

task: plan_sample
"""


def plan_sample(strata, at_least, confidence, floor):
    labels = [s["rate"] for s in strata.values() for _ in range(floor)]
    plan = dict.fromkeys(strata, floor)

    def append(chance, rate):
        return [
            chance[j] * (1 - rate) + (chance[j - 1] * rate if j else 0.0) for j in range(at_least)
        ]

    chance = [1.0] + [0.0] * (at_least - 1)
    for rate in labels:
        chance = append(chance, rate)
    while 1 - sum(chance) < confidence:
        open_ones = [name for name in strata if plan[name] < strata[name]["size"]]
        if not open_ones:
            raise ValueError("Every trace would be read, and that is not enough.")
        best = max(open_ones, key=lambda name: strata[name]["rate"])
        plan[best] += 1
        chance = append(chance, strata[best]["rate"])
    return plan
