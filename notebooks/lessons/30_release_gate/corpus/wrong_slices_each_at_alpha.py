"""Test every slice at alpha.

task: judge_slices
score: 0.77..0.78
says: Each slice at alpha on its own: over ten slices a false alarm comes every third time.
"""


def judge_slices(slices, margin, alpha):
    found = {s["slice"]: "unknown" for s in slices}
    chances = []
    for s in slices:
        if bounds(s["items"], s["lost"], s["won"], alpha)[1] < margin:
            found[s["slice"]] = "held"
        chances.append((tail(s["lost"], s["won"]), s["slice"]))
    for place, (p, name) in enumerate(sorted(chances)):
        if p > alpha:
            break
        if found[name] == "unknown":
            found[name] = "worse"
    return found
