"""Test the slice that looks worst, and no other.

task: judge_slices
score: 0.77..0.78
says: More than one slice may be worse: after the first, Holm goes on to the next.
"""


def judge_slices(slices, margin, alpha):
    found = {s["slice"]: "unknown" for s in slices}
    chances = []
    for s in slices:
        if bounds(s["items"], s["lost"], s["won"], alpha)[1] < margin:
            found[s["slice"]] = "held"
        chances.append((tail(s["lost"], s["won"]), s["slice"]))
    for place, (p, name) in enumerate(sorted(chances)):
        if place or p > alpha / len(chances):
            break
        if found[name] == "unknown":
            found[name] = "worse"
    return found
