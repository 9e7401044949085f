"""Take the highest rung that meets the bar, whatever lies below.

task: find_rung
score: 0.875
says: You name the highest rung that meets the bar, though the one below does not: a rung rests on those below.
"""


def find_rung(rows, shown, bar):
    reached, known = None, set(shown)
    for rung in RUNGS:
        on_it = [row for row in rows if row["rung"] == rung]
        if sum(row["id"] in known for row in on_it) >= bar * len(on_it):
            reached = rung
    at = RUNGS.index(reached) + 1 if reached else 0
    up = RUNGS[at] if at < len(RUNGS) else None
    lacks = [row for row in rows if row["rung"] == up and row["id"] not in known]
    counts = Counter(row["lesson"] for row in lacks)
    return {
        "reached": reached,
        "next": up,
        "missing": [row["id"] for row in lacks],
        "lessons": sorted(counts, key=lambda lesson: (-counts[lesson], lesson)),
    }
