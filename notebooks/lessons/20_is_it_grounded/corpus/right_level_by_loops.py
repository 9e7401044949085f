"""Walk the levels of each team with an exact bound, and keep the lowest that holds.

task: choose_level
"""

from scipy.stats import beta


def choose_level(calibration, held_out, risk, delta):
    found = {"level": [], "coverage": [], "risk": []}
    rows = zip(
        *(part[name].tolist() for part in (calibration, held_out) for name in ("asked", "wrong")),
        strict=True,
    )
    bounds = {}
    for asked, wrong, later, bad in rows:
        level = None
        for at in range(len(asked)):
            n, k = sum(asked[at:]), sum(wrong[at:])
            if (n, k) not in bounds:
                bounds[n, k] = beta.ppf(1 - delta / len(asked), k + 1, n - k) if k < n else 1.0
            if bounds[n, k] <= risk:
                level = at
                break
        kept = 0 if level is None else sum(later[level:])
        found["level"].append(level)
        found["coverage"].append(kept / sum(later))
        found["risk"].append(sum(bad[level:]) / kept if kept else None)
    return found
