"""State thresholds as shares of bad requests.

task: escalate
"""


def escalate(report):
    allowed = (1 - report["target"]) * 24 * report["days"]

    def share(minutes):
        asked = [n for n in report["requests"][-minutes:] if n is not None]
        bad = [n for n in report["bad"][-minutes:] if n is not None]
        return sum(bad) / sum(asked) if asked else 0.0

    severity = 3
    for level, eats in ((2, 0.005), (1, 0.01)):
        if share(60) >= eats * allowed and share(5) >= eats * allowed:
            severity = level
    leak = report["disclosures"] > 0
    if leak:
        severity = 1
    path, page = ["primary", "secondary", "manager"], []
    awake = [role for role in path if role in report["acked"]]
    for place, role in enumerate(path):
        if severity == 3 or awake:
            break
        if role not in report["paged"]:
            before = report["paged"].get(path[place - 1]) if place else None
            if before is None or report["now"] - before >= (5 if severity == 1 else 15):
                page.append(role)
            break
    page += ["privacy"] if leak and "privacy" not in report["paged"] else []
    opened, call = report["vendor"]["opened"], ""
    if report["vendor"]["suspect"] and not report["vendor"]["answered"]:
        late = opened is not None and opened + 10 <= report["now"]
        call = "stop waiting" if late else "open" if opened is None else "wait"
    every = {1: 30, 2: 60}.get(severity)
    due = None if every is None else max(0, every - (report["now"] - report["updated"]))
    return {
        "severity": severity,
        "stop_the_line": leak,
        "page": page,
        "vendor": call,
        "update_in": due,
    }
