"""Split traces, whoever asked.

task: split_traces
score: 0.4..0.6
says: Traces of one source stand on both sides: whole sources go to one side.
"""


def split_traces(traces, share):
    rows = sorted(traces, key=lambda t: t["at"])
    group = {t["id"]: t["id"] for t in rows}
    for a, b in combinations(rows, 2):
        first, second = group[a["id"]], group[b["id"]]
        if similarity(a["question"], b["question"]) >= 0.75:
            group = {name: first if g == second else g for name, g in group.items()}
    stays = {}
    for t in rows:
        stays.setdefault(group[t["id"]], t)
    by_source = defaultdict(list)
    for t in stays.values():
        by_source[t["source"]].append(t["id"])
    room = round(share * len(stays))
    test = Random(0).sample([t["id"] for t in stays.values()], room)
    kept = [t["id"] for t in stays.values()]
    dropped = [t["id"] for t in rows if t["id"] not in kept]
    return {"test": test, "dev": [i for i in kept if i not in test], "dropped": dropped}
