"""Block by McNemar's exact test, ship by an interval without imaginary items.

task: decide
"""

import math
from statistics import NormalDist


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
        if outcome and tail(outcome["lost"], outcome["won"]) <= alpha:
            block.append("outcome")
        if gate["outcome"] and not outcome:
            more.append("outcome")
        n, lost, won = report["items"], report["lost"], report["won"]
        loss = (lost - won) / n
        error = math.sqrt(((lost + won) / n - loss**2) / n)
        if loss + NormalDist().inv_cdf(1 - alpha) * error >= gate["margin"]:
            (block if tail(lost, won) <= alpha else more).append("quality")
        rows = {"invalid": invalid, "block": block, "more data": more, "ship": []}
        verdict = next((name for name, found in rows.items() if found), "ship")
        decisions.append({"verdict": verdict, "because": rows[verdict]})
    return decisions
