"""Drop a trace that is like any earlier one.

task: split_traces
score: 0.6..0.7
says: You compare with earlier traces only; where a later one links two that stayed, all three are one group.
"""


def split_traces(traces, share):
    rows = sorted(traces, key=lambda t: t["at"])
    kept = []
    for place, t in enumerate(rows):
        if not any(similarity(t["question"], u["question"]) >= 0.75 for u in rows[:place]):
            kept.append(t)
    by_source = defaultdict(list)
    for t in kept:
        by_source[t["source"]].append(t["id"])
    room, test = round(share * len(kept)), []
    for ids in sorted(by_source.values(), key=len, reverse=True):
        if len(test) + len(ids) <= room:
            test += ids
    stays = [t["id"] for t in kept]
    dropped = [t["id"] for t in rows if t["id"] not in stays]
    return {"test": test, "dev": [i for i in stays if i not in test], "dropped": dropped}
