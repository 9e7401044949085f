"""Let people read every answer.

task: actions
score: 0.6875
says: Nobody can read every answer in time, and the work exceeds the budget.
"""


def actions(incident: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what to do about your case and its like (a literal, or about 30 lines)."""
    record = mechanism(incident)
    cause = MECHANISMS[record["mechanism"]][0]
    kind, check_name = {
        "retrieval": ("rollback", "retrieval_eval"),
        "prompt": ("pin_prompt", "prompt_eval"),
        "model": ("pin_model", "model_canary"),
        "data": ("restore_index", "index_validation"),
    }[cause]
    rule = "bad_share > 0.1 for 3"
    if record["mechanism"] == "feed_stalled":
        kind, check_name, rule = "resume_feed", "freshness_check", "feed.documents < 1 for 6"
    noticed = next(e for e in timeline(incident)["entries"] if e["what"] == "detected")
    seen_by, minute = noticed["cites"][0], minute_of(incident, "alerts", noticed["at"])
    field = "delivered" if seen_by.startswith("al-") else "at"
    due = datetime.fromisoformat(incident["start"]) + timedelta(days=14)
    common = {"owner": f"{cause} on-call", "due": f"{due:%Y-%m-%d}", "evidence": record["shows"][0]}
    told = {"type": "time", "id": seen_by, "field": field, "minute": minute}
    target = record["trigger"] if kind == "rollback" else ""
    return [
        {"does": "mitigate", "kind": "review_all", "target": "", "after": 10} | common,
        {"does": "detect", "kind": "add_alert", "target": rule, "after": 0}
        | common
        | {"evidence": told},
        {"does": "prevent", "kind": "add_check", "target": check_name, "after": 0} | common,
    ]
