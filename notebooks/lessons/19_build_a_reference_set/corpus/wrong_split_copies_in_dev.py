"""Leave the dropped ones in dev.

task: split_traces
score: 0
says: What is dropped still stands in dev: every trace is in one list only.
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
    room, test = round(share * len(stays)), []
    for ids in sorted(by_source.values(), key=len, reverse=True):
        if len(test) + len(ids) <= room:
            test += ids
    kept = [t["id"] for t in stays.values()]
    dropped = [t["id"] for t in rows if t["id"] not in kept]
    return {"test": test, "dev": [t["id"] for t in rows if t["id"] not in test], "dropped": dropped}
