"""Break ties by the order in which lessons are met.

task: find_rung
score: 0.75
says: Lessons that teach equally much stand in the order you met them; the lower number comes first.
"""


def find_rung(rows, shown, bar):
    reached = None
    for rung in RUNGS:
        on_it = [row for row in rows if row["rung"] == rung]
        missing = [row for row in on_it if row["id"] not in shown]
        if len(on_it) - len(missing) < bar * len(on_it):
            counts = Counter(row["lesson"] for row in missing)
            return {
                "reached": reached,
                "next": rung,
                "missing": [row["id"] for row in missing],
                "lessons": [lesson for lesson, _ in counts.most_common()],
            }
        reached = rung
    return {"reached": reached, "next": None, "missing": [], "lessons": []}
