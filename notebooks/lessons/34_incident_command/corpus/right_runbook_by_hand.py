"""Write the entry from what a person noted of the root.

task: runbook
"""


def runbook(shift):
    view, found = shift["incidents"][0], handover(shift)[0]
    root = sorted(name for name in found["roots"] if name in ENDS)[0]
    kind, part = ENDS[root], root.split(".")[0]
    target = part if kind in ("rollback", "scale_out") else ""
    do, stop = [{"kind": kind, "target": target}], [{"kind": "shed_load", "target": ""}]
    if kind == "failover_model":
        do = [{"kind": "fallback_prompt", "target": ""}, *do]
    if kind in UNDONE:
        stop = [{"kind": "undo", "target": kind}]
    asked, bad = by_minute(view)
    shares = [b / a for a, b in zip(asked, bad, strict=True)]
    paged = next(m for m in range(1, len(shares)) if min(shares[m - 1 : m + 1]) > 0.2)
    return {
        "page": "bad_share > 0.2 for 2",
        "paged_at": paged,
        "confirm": {"moved": [root], "still": list(view["follows"][root])},
        "do": do,
        "check_after": 20,
        "check_bad": 0.095,
        "stop": stop,
        "escalate_to": "manager",
    }
