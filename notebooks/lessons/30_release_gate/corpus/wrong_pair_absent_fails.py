"""Count an item that is missing from a run as failed there.

task: pair_runs
score: 0.85..0.86
says: An item that one run never met is no pair: drop it.
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
        (old.get(item) == "pass", new.get(item) == "pass")
        for item in {*old, *new}
        if "ungraded" not in (old.get(item), new.get(item))
    ]
    lost, won = pairs.count((True, False)), pairs.count((False, True))
    dropped = len({*old, *new}) - len(pairs)
    return {
        "items": len(pairs),
        "lost": lost,
        "won": won,
        "dropped": dropped,
        "p_worse": tail(lost, won),
    }
