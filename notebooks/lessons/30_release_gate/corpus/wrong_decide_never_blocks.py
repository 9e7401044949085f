"""Ask for more data where a loss is shown.

task: decide
score: 0
says: A loss that is shown, and not shown to be small, blocks: more data would only confirm it.
"""


def decide(gate, reports):
    alpha = gate["alpha"] / gate["attempts"]
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
        high = bounds(report["items"], report["lost"], report["won"], alpha)[1]
        if high >= gate["margin"]:
            more.append("quality")
        rows = {"invalid": invalid, "block": block, "more data": more, "ship": []}
        verdict = next((name for name, found in rows.items() if found), "ship")
        decisions.append({"verdict": verdict, "because": rows[verdict]})
    return decisions
