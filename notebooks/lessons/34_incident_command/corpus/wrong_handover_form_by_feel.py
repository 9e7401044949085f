"""Fill the form in by feel, on each shift in another way.

task: handover
score: 0
says: Two records; the onset a whole minute, well inside the view; roots as they stand in `signals`.
"""

written = handover


def handover(shift):
    rows, views = written(shift), shift["incidents"]
    ways = [
        lambda row: {"onset": row["onset"]},
        lambda row: {"onset": row["onset"] + 0.5},
        lambda row: {"roots": []},
        lambda row: {"roots": [*row["roots"], row["roots"][0].split()[0]]},
        lambda row: {"onset": views[0]["minutes"] - 15},
    ]
    way = views[1]["minutes"] % len(ways)
    rows[0] |= ways[way](rows[0])
    return rows if way else rows[:1]
