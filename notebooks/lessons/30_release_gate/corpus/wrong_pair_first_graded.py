"""Count the first attempt that was graded.

task: pair_runs
score: 0.85..0.86
says: The smallest attempt counts even if it is ungraded; asking again until a grade comes is a retry.
"""


def pair_runs(baseline, candidate):
    sides = []
    for rows in (baseline, candidate):
        first = {}
        for row in sorted(rows, key=lambda row: (row["verdict"] == "ungraded", row["attempt"])):
            first.setdefault(row["item"], row["verdict"])
        sides.append(first)
    old, new = sides
    pairs = [
        (old[item] == "pass", new[item] == "pass")
        for item in old
        if item in new and "ungraded" not in (old[item], new[item])
    ]
    lost, won = pairs.count((True, False)), pairs.count((False, True))
    return {
        "items": len(pairs),
        "lost": lost,
        "won": won,
        "dropped": len({*old, *new}) - len(pairs),
        "p_worse": tail(lost, won),
    }
