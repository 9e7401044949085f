"""Rank signs by how far they moved their way.

task: mechanism
"""


def mechanism(incident):
    marks = {e["what"]: e["at"] for e in timeline(incident)["entries"]}
    onset = minute_of(incident, "alerts", marks["onset"])
    begun = minute_of(incident, "alerts", marks["response"])
    acted = begun + int(incident["events"][-1]["text"].split()[-2])
    frame = table(incident)

    def shift(name):
        _, _, sign, way = MECHANISMS[name]
        if sign not in frame or frame[sign][onset:acted].count() < 10:
            return 0.0
        old, new = frame[sign][onset - 35 : onset].median(), frame[sign][onset:acted].median()
        return (new - old) / max(abs(old), 0.05) * (1 if way == "rose" else -1)

    def claim(name, says):
        sign = MECHANISMS[name][2]
        spans = {"before": [onset - 35, onset], "after": [onset, acted]}
        return {"type": "comparison", "series": sign, **spans, "says": says}

    name = max(MECHANISMS, key=shift)
    cause, part, _, way = MECHANISMS[name]
    against = {}
    for other in MECHANISMS:
        if MECHANISMS[other][0] != cause:
            told = check_claims([claim(other, w) for w in ("rose", "fell", "flat")], incident)
            if "holds" in told:
                says = ("rose", "fell", "flat")[told.index("holds")]
                if says != MECHANISMS[other][3]:
                    against[other] = claim(other, says)
    changed = {
        minute_of(incident, "events", e["at"]): e["id"]
        for e in incident["events"]
        if part and e["part"] == part
    }
    close_by = [changed[m] for m in sorted(changed) if onset - 12 <= m <= onset + 2]
    count = complete(frame)[f"tenant.{incident['tenants'][0]['name']}.bad"]
    harm = {"type": "count", "series": count.name, "from": onset, "to": onset + 20}
    harm["is"] = round(float(count[onset : onset + 20].sum()))
    return {
        "mechanism": name,
        "trigger": close_by[-1] if close_by else "",
        "shows": [harm, claim(name, way)],
        "rules_out": against,
    }
