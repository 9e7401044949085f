"""Compute the shares first, then climb.

task: find_rung
"""


def find_rung(rows, shown, bar):
    known = set(shown)
    share = {
        rung: sum(r["id"] in known for r in rows if r["rung"] == rung)
        / sum(r["rung"] == rung for r in rows)
        for rung in RUNGS
    }
    height = 0
    while height < len(RUNGS) and share[RUNGS[height]] >= bar:
        height += 1
    up = RUNGS[height] if height < len(RUNGS) else None
    lacks = [r for r in rows if r["rung"] == up and r["id"] not in known]
    lessons = [r["lesson"] for r in lacks]
    return {
        "reached": RUNGS[height - 1] if height else None,
        "next": up,
        "missing": [r["id"] for r in lacks],
        "lessons": sorted(set(lessons), key=lambda name: (-lessons.count(name), name)),
    }
