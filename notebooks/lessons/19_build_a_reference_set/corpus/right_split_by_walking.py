"""Walk the links from each trace, and fit sources by subset sums.

task: split_traces
"""


def split_traces(traces, share):
    ordered = sorted(traces, key=lambda t: t["at"])
    links = {t["id"]: set() for t in ordered}
    for i, a in enumerate(ordered):
        for b in ordered[:i]:
            if similarity(a["question"], b["question"]) >= 0.75:
                links[a["id"]].add(b["id"])
                links[b["id"]].add(a["id"])
    seen, dropped = set(), []
    for t in ordered:
        if t["id"] in seen:
            dropped.append(t["id"])
            continue
        waiting = [t["id"]]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += links[name]
    kept = [t for t in ordered if t["id"] not in dropped]
    sources = Counter(t["source"] for t in kept)
    reach = {0: ()}
    for source, count in sources.items():
        reach = {size + count: (*chosen, source) for size, chosen in reach.items()} | reach
    size = min(reach, key=lambda s: abs(s - share * len(kept)))
    return {
        "test": [t["id"] for t in kept if t["source"] in reach[size]],
        "dev": [t["id"] for t in kept if t["source"] not in reach[size]],
        "dropped": dropped,
    }
