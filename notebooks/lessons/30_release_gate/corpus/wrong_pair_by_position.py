"""Zip the rows as they come.

task: pair_runs
score: 0
says: Rows come in any order: join the runs by item, not by position.
"""


def pair_runs(baseline, candidate):
    pairs = [
        (a["verdict"] == "pass", b["verdict"] == "pass")
        for a, b in zip(baseline, candidate, strict=False)
    ]
    lost, won = pairs.count((True, False)), pairs.count((False, True))
    return {"items": len(pairs), "lost": lost, "won": won, "dropped": 0, "p_worse": tail(lost, won)}
