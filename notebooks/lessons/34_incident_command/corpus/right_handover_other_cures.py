"""Read the onset to five minutes, and end each root in another way that ends it.

task: handover
"""


def handover(shift):
    made = []
    for view in shift["incidents"]:
        asked, bad = by_minute(view)
        usual = bad[:90].sum() / asked[:90].sum()
        now = bad[-20:].sum() / asked[-20:].sum()
        spent = [b - (usual + now) / 2 * a for a, b in zip(asked, bad, strict=True)]
        sums = [sum(spent[: m + 1]) for m in range(len(spent))]
        onset = 5 * round((sums.index(min(sums)) + 1) / 5)
        found = diagnose(view | {"onset": onset})
        root = [name for name in found["roots"] if name in ENDS][-1]
        kind, part = ENDS[root], root.split(".")[0]
        near = [e for e in view["events"] if abs(e["minute"] - onset) <= 15]
        changed = {"prompt": "prompt", "data": "feed", "retrieval": part}.get(found["cause"])
        guilty = [e["id"] for e in near if e["part"] == changed]
        notes = {p["name"]: p["note"] for p in view["parts"]}
        fallback = notes.get("fallback", "")
        if kind == "pin_model" and fallback:
            kind = "failover_model"
        if kind == "pin_prompt":
            kind = "rollback"
        if root == "reranker.top_score fell":
            kind = "disable_reranker"
        target = {"rollback": "".join(guilty), "scale_out": part}.get(kind, "")
        do = [{"kind": kind, "target": target}]
        if kind == "failover_model" and "of its own" in fallback:
            do = [{"kind": "fallback_prompt", "target": ""}, *do]
        made.append(
            {
                "cause": found["cause"],
                "roots": [root],
                "onset": onset,
                "not_because": next(e["id"] for e in near if e["id"] not in guilty),
                "do": do,
            }
        )
    return made
