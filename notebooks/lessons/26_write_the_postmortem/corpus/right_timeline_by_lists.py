"""Plain loops over the counts; the onset as the least squared error of two rates.

task: timeline
"""


def timeline(incident):
    def filled(name):
        values = next(s["values"] for s in incident["series"] if s["name"] == name)
        made = []
        for i, value in enumerate(values):
            near = [value] if value is not None else []
            if value is None:
                near += [v for v in values[:i] if v is not None][-1:]
                near += [v for v in values[i:] if v is not None][:1]
            made.append(sum(near) / len(near))
        return made

    names = [t["name"] for t in incident["tenants"]]
    asked = [sum(m) for m in zip(*(filled(f"tenant.{n}.requests") for n in names), strict=True)]
    bad = [sum(m) for m in zip(*(filled(f"tenant.{n}.bad") for n in names), strict=True)]
    goal = incident["objective"]
    good = []
    for m in range(len(asked)):
        span = slice(max(0, m - 4), m + 1)
        good.append(sum(bad[span]) <= (1 - goal["target"]) * sum(asked[span]))
    restored = good.index(False)
    while not all(good[restored : restored + goal["hold_minutes"]]):
        restored += 1
    known = {}
    for a in incident["alerts"]:
        if a["delivered"] and "objective" in a["text"]:
            known[a["id"]] = minute_of(incident, "alerts", a["delivered"])
    late = []
    for c in incident["complaints"]:
        late.append((minute_of(incident, "complaints", c["at"]), c["id"]))
    late.sort()
    for i in range(2, len(late)):
        if late[i][0] - late[i - 2][0] <= 60:
            known[late[i][1]] = late[i][0]
    source = min(known, key=lambda name: known[name])
    detected = known[source]
    feed = next(s["values"] for s in incident["series"] if s["name"] == "feed.documents")
    quiet = [all(v is not None and v < 1 for v in feed[m : m + 8]) for m in range(len(feed) - 8)]
    if any(quiet):
        onset, sign = quiet.index(True), "feed.documents"
    else:
        sign, best = f"tenant.{names[-1]}.bad", -1.0
        for m in range(20, detected + 5):
            n, k = sum(asked[:m]), sum(bad[:m])
            j, i = sum(asked[m : detected + 15]), sum(bad[m : detected + 15])
            if k * k / n + i * i / j > best:
                best, onset = k * k / n + i * i / j, m
    rows = [(onset, "onset", sign), (detected, "detected", source), (restored, "restored", sign)]
    for e in incident["events"]:
        if e["id"].startswith("rs-"):
            rows.append((minute_of(incident, "events", e["at"]), "response", e["id"]))
    rows.sort(key=lambda row: row[0])
    return {
        "entries": [{"at": utc(incident, m), "what": w, "cites": [c]} for m, w, c in rows],
        "minutes_to_detect": detected - onset,
        "minutes_to_restore": restored - detected,
    }
