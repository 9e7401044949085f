"""Call lost what the candidate gained.

task: pair_runs
score: 0
says: Lost is what only the baseline passed; you have it the other way round.
"""


def pair_runs(baseline, candidate):
    sides = []
    for rows in (baseline, candidate):
        first = {}
        for row in sorted(rows, key=lambda row: row["attempt"]):
            first.setdefault(row["item"], row["verdict"])
        sides.append(first)
    old, new = sides
    pairs = [
        (old[item] == "pass", new[item] == "pass")
        for item in old
        if item in new and "ungraded" not in (old[item], new[item])
    ]
    lost, won = pairs.count((True, False)), pairs.count((False, True))
    dropped = len({*old, *new}) - len(pairs)
    return {
        "items": len(pairs),
        "lost": won,
        "won": lost,
        "dropped": dropped,
        "p_worse": tail(lost, won),
    }
