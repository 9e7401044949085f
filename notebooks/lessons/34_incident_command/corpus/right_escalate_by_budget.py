"""Compare what an hour eats of the budget, in requests.

task: escalate
"""


def escalate(report):
    people = ["primary", "secondary", "manager"]
    frame = pd.DataFrame({k: report[k] for k in ("requests", "bad")}, dtype=float).dropna()

    def eaten(minutes):
        kept = frame[frame.index >= len(report["requests"]) - minutes]
        share = kept["bad"].sum() / kept["requests"].sum() if len(kept) else 0.0
        return share / (1 - report["target"]) / (24 * report["days"])

    worst = min(eaten(60), eaten(5))
    severity = 1 if worst >= 0.01 or report["disclosures"] else 2 if worst >= 0.005 else 3
    page = []
    if severity != 3 and not set(people) & set(report["acked"]):
        silent = [role for role in people if role in report["paged"]]
        wait = {1: 5, 2: 15}[severity]
        if not silent:
            page = ["primary"]
        elif len(silent) < 3 and report["now"] >= report["paged"][silent[-1]] + wait:
            page = [people[len(silent)]]
    if report["disclosures"] > 0 and "privacy" not in report["paged"]:
        page = [*page, "privacy"]
    vendor = report["vendor"]
    if not vendor["suspect"] or vendor["answered"]:
        call = ""
    elif vendor["opened"] is None:
        call = "open"
    else:
        call = "wait" if report["now"] - vendor["opened"] < 10 else "stop waiting"
    left = report["updated"] + {1: 30, 2: 60, 3: 0}[severity] - report["now"]
    return {
        "severity": severity,
        "stop_the_line": bool(report["disclosures"]),
        "page": page,
        "vendor": call,
        "update_in": None if severity == 3 else max(left, 0),
    }
