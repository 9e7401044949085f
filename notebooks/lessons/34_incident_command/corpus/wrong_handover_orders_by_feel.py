"""Write down what to do by feel, on each shift in another way.

task: handover
score: 0
says: `do` is a list of at least one action, `{"kind", "target"}`, each something to begin now.
"""

written = handover


def handover(shift):
    rows, views = written(shift), shift["incidents"]
    kind = rows[0]["do"][0]["kind"]
    ways = [
        [kind],
        [],
        [{"kind": "add_check", "target": "answers"}],
        [{"kind": kind.replace("_", " ").title(), "target": ""}],
        [{"kind": kind}],
    ]
    rows[0]["do"] = ways[views[1]["minutes"] % len(ways)]
    return rows
