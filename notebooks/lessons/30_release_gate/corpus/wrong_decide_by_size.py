"""Ask for more data below 1,700 items, else compare the drop with half the margin.

task: decide
score: 0..0.67
says: How many items are enough depends on the margin and on the disagreements: bounds know both.
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
        if report["items"] < 1_700:
            more.append("quality")
        elif report["lost"] - report["won"] > gate["margin"] / 2 * report["items"]:
            block.append("quality")
        rows = {"invalid": invalid, "block": block, "more data": more, "ship": []}
        verdict = next((name for name, found in rows.items() if found), "ship")
        decisions.append({"verdict": verdict, "because": rows[verdict]})
    return decisions
