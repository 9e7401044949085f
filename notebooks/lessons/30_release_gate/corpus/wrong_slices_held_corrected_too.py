"""Divide alpha for held as well.

task: judge_slices
score: 0.55..0.67
says: Held needs no correction: to ship, all slices have to hold, so one error alone ships nothing.
"""


def judge_slices(slices, margin, alpha):
    found = {s["slice"]: "unknown" for s in slices}
    chances = []
    for s in slices:
        if bounds(s["items"], s["lost"], s["won"], alpha / len(slices))[1] < margin:
            found[s["slice"]] = "held"
        chances.append((tail(s["lost"], s["won"]), s["slice"]))
    for place, (p, name) in enumerate(sorted(chances)):
        if p > alpha / (len(chances) - place):
            break
        if found[name] == "unknown":
            found[name] = "worse"
    return found
