"""Cite the processor for onset and restoration.

task: timeline
score: 0.583333333
says: A series that shows nothing of it supports no entry.
"""


def timeline(incident: dict[str, Any]) -> dict[str, Any]:
    """Return the timeline of your case (a literal, or about 30 lines)."""
    found = [
        (minute_of(incident, "alerts", a["delivered"]), a["id"])
        for a in incident["alerts"]
        if a["delivered"] and a["text"].startswith("objective")
    ]
    sent = sorted(
        (minute_of(incident, "complaints", c["at"]), c["id"]) for c in incident["complaints"]
    )
    found += [c for a, c in zip(sent, sent[2:], strict=False) if c[0] - a[0] <= 60]
    detected, source = min(found)
    # A feed that stalls acts long before answers are bad: then its own silence is the onset.
    silent = table(incident)["feed.documents"].rolling(8).max() < 1
    sign = "gateway.p95_ms"
    onset = silent.argmax() - 7 if silent.any() else find_onset(until(incident, detected + 15))
    frame = complete(table(incident).filter(like="tenant."))
    bad, asked = (frame.filter(like=end).sum(axis=1) for end in (".bad", ".requests"))
    good = 1 - bad.rolling(5, min_periods=1).sum() / asked.rolling(5, min_periods=1).sum()
    met, hold = good >= incident["objective"]["target"], incident["objective"]["hold_minutes"]
    broken = int((~met).argmax())
    restored = next(m for m in range(broken, len(met)) if met[m : m + hold].all())
    marks = [(onset, "onset", sign), (detected, "detected", source), (restored, "restored", sign)]
    marks += [
        (minute_of(incident, "events", e["at"]), "response", e["id"])
        for e in incident["events"]
        if e["kind"] == "response"
    ]
    return {
        "entries": [
            {"at": utc(incident, int(minute)), "what": what, "cites": [name]}
            for minute, what, name in sorted(marks)
        ],
        "minutes_to_detect": int(detected - onset),
        "minutes_to_restore": int(restored - detected),
    }
