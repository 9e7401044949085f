"""Test at 10 % whatever the document says.

task: decide
score: 0.4
says: Alpha stands in the document, shared by its attempts: at 10 % one harmful version in ten ships.
"""


def decide(gate, reports):
    alpha = 0.1
    decisions = []
    for report in reports:
        invalid = [f"differs:{f}" for f in report["differs"] if f in gate["pinned"]]
        block, more = [], []
        if report["attempt"] > gate["attempts"]:
            invalid.append("attempts")
        for name, most in gate["limits"].items():
            if name not in report["measured"]:
                more.append(f"limit:{name}")
            elif report["measured"][name] > most:
                block.append(f"limit:{name}")
        block += [f"slice:{s}" for s, said in report["slices"].items() if said == "worse"]
        said = report["slices"]
        more += [f"slice:{s}" for s in gate["critical"] if said.get(s, "held") != "held"]
        more += [f"slice:{s}" for s in gate["slices"] if s not in said]
        if report["dropped"] > gate["dropped"] * (report["dropped"] + report["items"]):
            more.append("dropped")
        outcome = report["outcome"]
        if outcome and bounds(outcome["items"], outcome["lost"], outcome["won"], alpha)[0] > 0:
            block.append("outcome")
        if gate["outcome"] and not outcome:
            more.append("outcome")
        low, high = bounds(report["items"], report["lost"], report["won"], alpha)
        if high >= gate["margin"]:
            (block if low > 0 else more).append("quality")
        rows = {"invalid": invalid, "block": block, "more data": more, "ship": []}
        verdict = next((name for name, found in rows.items() if found), "ship")
        decisions.append({"verdict": verdict, "because": rows[verdict]})
    return decisions
