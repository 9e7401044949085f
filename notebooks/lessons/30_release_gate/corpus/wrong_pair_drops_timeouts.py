"""Drop time-outs like missing verdicts.

task: pair_runs
score: 0.85..0.86
says: A time-out is an answer that the user never got: a failure, not a missing verdict.
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
        if item in new and not {"ungraded", "timeout"} & {old[item], new[item]}
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
