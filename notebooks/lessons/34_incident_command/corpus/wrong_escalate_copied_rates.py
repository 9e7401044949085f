"""Copy 14.4 and 6 from the book.

task: escalate
score: 0
says: Rates belong to a target and a period: compute them from what an hour may eat.
"""


def escalate(report: dict[str, Any]) -> dict[str, Any]:
    """Return what the policy orders now (about 30 lines)."""
    path = ("primary", "secondary", "manager")
    eats, patience, cadence = {1: 0.01, 2: 0.005}, {1: 5, 2: 15}, {1: 30, 2: 60}
    now, hours = report["now"], 24 * report["days"]

    def burn(minutes: int) -> float:
        pairs = zip(report["requests"][-minutes:], report["bad"][-minutes:], strict=True)
        seen = [pair for pair in pairs if pair[0] is not None]
        asked = sum(pair[0] for pair in seen)
        return sum(pair[1] for pair in seen) / asked / (1 - report["target"]) if asked else 0.0

    both = min(burn(60), burn(5))
    severity = next((level for level, share in eats.items() if both >= {1: 14.4, 2: 6}[level]), 3)
    severity = 1 if report["disclosures"] else severity

    page = []
    if severity < 3 and not any(role in report["acked"] for role in path):
        called = [role for role in path if role in report["paged"]]
        waited = now - report["paged"][called[-1]] if called else inf
        if waited >= patience[severity]:
            page += path[len(called) : len(called) + 1]
    if report["disclosures"] and "privacy" not in report["paged"]:
        page.append("privacy")

    vendor, call = report["vendor"], ""
    if vendor["suspect"] and not vendor["answered"]:
        call = "open" if vendor["opened"] is None else "wait"
        if vendor["opened"] is not None and now - vendor["opened"] >= 10:
            call = "stop waiting"
    due = None if severity == 3 else max(0, report["updated"] + cadence[severity] - now)
    return {
        "severity": severity,
        "stop_the_line": report["disclosures"] > 0,
        "page": page,
        "vendor": call,
        "update_in": due,
    }
