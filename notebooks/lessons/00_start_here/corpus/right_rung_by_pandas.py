"""Group a table of the rows.

task: find_rung
"""

import pandas as pd


def find_rung(rows, shown, bar):
    table = pd.DataFrame(rows)
    table["has"] = table.id.isin(shown)
    passed = table.groupby("rung").has.mean() >= bar
    reached, up = None, None
    for rung in RUNGS:
        if not passed[rung]:
            up = rung
            break
        reached = rung
    lacks = table[(table.rung == up) & ~table.has]
    counts = lacks.groupby("lesson").size().reset_index(name="n")
    ordered = counts.sort_values(["n", "lesson"], ascending=[False, True])
    return {
        "reached": reached,
        "next": up,
        "missing": lacks.id.tolist(),
        "lessons": ordered.lesson.tolist(),
    }
