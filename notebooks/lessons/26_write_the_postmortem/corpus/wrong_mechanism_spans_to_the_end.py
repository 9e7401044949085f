"""Compare with everything after the onset.

task: mechanism
score: 0..0.92
says: After the response acted, the service is well again: that is no part of the incident.
"""


def mechanism(incident: dict[str, Any]) -> dict[str, Any]:
    """Return what broke in your case, with claims (a literal, or about 30 lines)."""
    marks = {}
    for entry in timeline(incident)["entries"]:
        marks[entry["what"]] = minute_of(incident, "alerts", entry["at"])
    onset, last = marks["onset"], incident["events"][-1]
    acted = marks["response"] + int(last["text"].split("after ")[1].split()[0])
    before, after = [onset - 40, onset], [onset, incident["minutes"]]

    span = {"type": "comparison", "before": before, "after": after}
    every = [
        (name, span | {"series": sign, "says": says})
        for name, (_, _, sign, _) in MECHANISMS.items()
        for says in ("rose", "fell", "flat")
    ]
    told = check_claims([claim for _, claim in every], incident)
    claims = {n: claim for (n, claim), says in zip(every, told, strict=True) if says == "holds"}
    name = next(n for n, claim in claims.items() if claim["says"] == MECHANISMS[n][3])
    cause, part, *_ = MECHANISMS[name]
    near = [
        e["id"]
        for e in incident["events"]
        if e["part"] == part and -2 <= onset - minute_of(incident, "events", e["at"]) <= 12
    ]
    bad = complete(table(incident).filter(like=".bad"))[onset:acted].sum()
    worst = bad.idxmax()
    harm = {"type": "count", "series": worst, "from": onset, "to": acted, "is": round(bad[worst])}
    rules_out = {
        n: claim
        for n, claim in claims.items()
        if MECHANISMS[n][0] != cause and claim["says"] != MECHANISMS[n][3]
    }
    trigger = near[-1] if near and part else ""
    shows = [claims[name], harm]
    return {"mechanism": name, "trigger": trigger, "shows": shows, "rules_out": rules_out}
