"""Leave the lessons out of the answer.

task: find_rung
score: 0.75
says: The answer has four keys; yours lacks lessons.
"""


def find_rung(rows, shown, bar):
    reached = None
    for rung in RUNGS:
        on_it = [row for row in rows if row["rung"] == rung]
        missing = [row["id"] for row in on_it if row["id"] not in shown]
        if len(on_it) - len(missing) < bar * len(on_it):
            return {"reached": reached, "next": rung, "missing": missing}
        reached = rung
    return {"reached": reached, "next": None, "missing": []}
