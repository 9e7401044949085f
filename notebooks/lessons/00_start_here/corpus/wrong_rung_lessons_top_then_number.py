"""Put the most useful lesson first, and the rest by number.

task: find_rung
score: 0.75
says: Only your first lesson stands by its count; the others need the same order.
"""


def find_rung(rows, shown, bar):
    reached = None
    for rung in RUNGS:
        on_it = [row for row in rows if row["rung"] == rung]
        missing = [row for row in on_it if row["id"] not in shown]
        if len(on_it) - len(missing) < bar * len(on_it):
            counts = Counter(row["lesson"] for row in missing)
            top = min(counts, key=lambda lesson: (-counts[lesson], lesson))
            return {
                "reached": reached,
                "next": rung,
                "missing": [row["id"] for row in missing],
                "lessons": sorted(counts, key=lambda lesson: (lesson != top, lesson)),
            }
        reached = rung
    return {"reached": reached, "next": None, "missing": [], "lessons": []}
