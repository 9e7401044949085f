"""Count a missing verdict as a failure.

task: pair_runs
score: 0.71..0.72
says: Where the grader gave no verdict the version may be right: drop the pair, do not fail it.
"""


def pair_runs(baseline, candidate):
    sides = []
    for rows in (baseline, candidate):
        first = {}
        for row in sorted(rows, key=lambda row: row["attempt"]):
            first.setdefault(row["item"], row["verdict"])
        sides.append(first)
    old, new = sides
    pairs = [(old[item] == "pass", new[item] == "pass") for item in old if item in new]
    lost, won = pairs.count((True, False)), pairs.count((False, True))
    dropped = len({*old, *new}) - len(pairs)
    return {
        "items": len(pairs),
        "lost": lost,
        "won": won,
        "dropped": dropped,
        "p_worse": tail(lost, won),
    }
