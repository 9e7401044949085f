"""Pool every rung up to this one into one share.

task: find_rung
score: 0..0.5
says: You pool the rungs into one share, so that much of a low rung makes up for little of a high one.
"""


def find_rung(rows, shown, bar):
    reached = None
    for rung in RUNGS:
        on_it = [row for row in rows if RUNGS.index(row["rung"]) <= RUNGS.index(rung)]
        missing = [row for row in on_it if row["id"] not in shown]
        if len(on_it) - len(missing) < bar * len(on_it):
            counts = Counter(row["lesson"] for row in missing)
            return {
                "reached": reached,
                "next": rung,
                "missing": [row["id"] for row in missing],
                "lessons": sorted(counts, key=lambda lesson: (-counts[lesson], lesson)),
            }
        reached = rung
    return {"reached": reached, "next": None, "missing": [], "lessons": []}
