"""Find the groups with scipy, sources smallest first.

task: split_traces
"""


def split_traces(traces, share):
    from scipy.sparse.csgraph import connected_components

    alike = [[similarity(a["question"], b["question"]) >= 0.75 for b in traces] for a in traces]
    frame = pd.DataFrame(traces).assign(group=connected_components(np.array(alike))[1])
    first = frame.sort_values("at").drop_duplicates("group")
    dropped = frame[~frame.id.isin(first.id)].id.tolist()
    sizes = first.source.value_counts()
    wanted, chosen, held = share * len(first), [], 0
    for source, size in sizes.items():
        if held + size <= wanted + 0.5:
            chosen.append(source)
            held += int(size)
    in_test = first.source.isin(chosen)
    return {
        "test": first[in_test].id.tolist(),
        "dev": first[~in_test].id.tolist(),
        "dropped": dropped,
    }
