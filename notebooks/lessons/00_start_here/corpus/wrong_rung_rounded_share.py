"""Round the share that is shown to one decimal.

task: find_rung
score: 0.625..0.95
says: You round the share before you compare it with the bar.
"""


def find_rung(rows, shown, bar):
    reached = None
    for rung in RUNGS:
        on_it = [row for row in rows if row["rung"] == rung]
        missing = [row for row in on_it if row["id"] not in shown]
        if round((len(on_it) - len(missing)) / len(on_it), 1) < bar:
            counts = Counter(row["lesson"] for row in missing)
            return {
                "reached": reached,
                "next": rung,
                "missing": [row["id"] for row in missing],
                "lessons": sorted(counts, key=lambda lesson: (-counts[lesson], lesson)),
            }
        reached = rung
    return {"reached": reached, "next": None, "missing": [], "lessons": []}
