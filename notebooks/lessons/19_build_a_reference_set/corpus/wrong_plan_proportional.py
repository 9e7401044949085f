"""Spread the labels as the log is spread.

task: plan_sample
score: 0.3..0.6
says: You read each stratum in proportion to the log; the rich stratum finds the class with fewer labels.
"""


def plan_sample(strata, at_least, confidence, floor):
    total = sum(s["size"] for s in strata.values())
    for n in range(floor * len(strata), total + 1):
        plan = {
            name: min(s["size"], max(floor, round(n * s["size"] / total)))
            for name, s in strata.items()
        }
        chance = np.ones(1)
        for name, s in strata.items():
            pmf = stats.binom.pmf(np.arange(at_least), plan[name], s["rate"])
            chance = np.convolve(chance, pmf)[:at_least]
        if chance.sum() <= 1 - confidence:
            return plan
        if n > 900 and len(strata) > 1:
            return plan
    raise ValueError
