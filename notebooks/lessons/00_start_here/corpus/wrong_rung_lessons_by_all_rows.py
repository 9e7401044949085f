"""Put the lesson first that teaches most, shown or not.

task: find_rung
score: 0.75
says: You order lessons by all they teach; what is shown already is no reason to go there.
"""


def find_rung(rows, shown, bar):
    reached = None
    for rung in RUNGS:
        on_it = [row for row in rows if row["rung"] == rung]
        missing = [row for row in on_it if row["id"] not in shown]
        if len(on_it) - len(missing) < bar * len(on_it):
            counts = Counter(row["lesson"] for row in missing)
            taught = Counter(row["lesson"] for row in rows)
            return {
                "reached": reached,
                "next": rung,
                "missing": [row["id"] for row in missing],
                "lessons": sorted(counts, key=lambda lesson: (-taught[lesson], lesson)),
            }
        reached = rung
    return {"reached": reached, "next": None, "missing": [], "lessons": []}
