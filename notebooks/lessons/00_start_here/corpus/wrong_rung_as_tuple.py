"""Return the four parts without their names.

task: find_rung
score: 0
says: You return the parts in a row; the answer is a dict with the keys reached, next, missing and
  lessons.
"""


def find_rung(rows, shown, bar):
    reached = None
    for rung in RUNGS:
        on_it = [row for row in rows if row["rung"] == rung]
        missing = [row for row in on_it if row["id"] not in shown]
        if len(on_it) - len(missing) < bar * len(on_it):
            counts = Counter(row["lesson"] for row in missing)
            lessons = sorted(counts, key=lambda lesson: (-counts[lesson], lesson))
            return [reached, rung, [row["id"] for row in missing], lessons]
        reached = rung
    return [reached, None, [], []]
