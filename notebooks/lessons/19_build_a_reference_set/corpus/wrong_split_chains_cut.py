"""Compare with what was kept only.

task: split_traces
score: 0.5..0.7
says: You compare with the trace that was kept only; if b is like a and c like b, all three are one group.
"""


def split_traces(traces, share):
    rows = sorted(traces, key=lambda t: t["at"])
    group = {t["id"]: t["id"] for t in rows}
    for a, b in combinations(rows, 2):
        first, second = group[a["id"]], group[b["id"]]
        alone = first == a["id"] and second == b["id"]
        if alone and similarity(a["question"], b["question"]) >= 0.75:
            group[b["id"]] = a["id"]
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
    return {"test": test, "dev": [i for i in kept if i not in test], "dropped": dropped}
