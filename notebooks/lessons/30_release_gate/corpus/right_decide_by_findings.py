"""Collect findings as pairs, then take the gravest kind.

task: decide
"""

ORDER = ("invalid", "block", "more data")


def findings(gate, report):
    alpha = gate["alpha"] / gate["attempts"]
    for field in set(gate["pinned"]) & set(report["differs"]):
        yield "invalid", f"differs:{field}"
    if report["attempt"] > gate["attempts"]:
        yield "invalid", "attempts"
    for name in gate["limits"]:
        value = report["measured"].get(name)
        if value is None or value > gate["limits"][name]:
            yield "more data" if value is None else "block", f"limit:{name}"
    for name in {*gate["slices"], *report["slices"]}:
        said = report["slices"].get(name, "absent")
        if said == "worse":
            yield "block", f"slice:{name}"
        elif said == "absent" or (said == "unknown" and name in gate["critical"]):
            yield "more data", f"slice:{name}"
    if report["dropped"] / (report["dropped"] + report["items"]) > gate["dropped"]:
        yield "more data", "dropped"
    if report["outcome"]:
        if tail(report["outcome"]["lost"], report["outcome"]["won"]) <= alpha:
            yield "block", "outcome"
    elif gate["outcome"]:
        yield "more data", "outcome"
    low, high = bounds(report["items"], report["lost"], report["won"], alpha)
    if high >= gate["margin"]:
        yield "block" if low > 0 else "more data", "quality"


def decide(gate, reports):
    made = []
    for report in reports:
        found = list(findings(gate, report))
        verdict = next((kind for kind in ORDER if any(k == kind for k, _ in found)), "ship")
        made.append({"verdict": verdict, "because": [name for k, name in found if k == verdict]})
    return made
