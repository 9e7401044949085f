"""Cut the bar to a whole number of rows.

task: find_rung
score: 0.625..0.95
says: You cut the bar to whole rows: compare shares.
"""


def find_rung(rows, shown, bar):
    reached = None
    for rung in RUNGS:
        on_it = [row for row in rows if row["rung"] == rung]
        missing = [row for row in on_it if row["id"] not in shown]
        if len(on_it) - len(missing) < int(bar * len(on_it)):
            counts = Counter(row["lesson"] for row in missing)
            return {
                "reached": reached,
                "next": rung,
                "missing": [row["id"] for row in missing],
                "lessons": sorted(counts, key=lambda lesson: (-counts[lesson], lesson)),
            }
        reached = rung
    return {"reached": reached, "next": None, "missing": [], "lessons": []}
