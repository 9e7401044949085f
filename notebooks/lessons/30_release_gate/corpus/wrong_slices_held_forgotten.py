"""Correct for the slices that are not held only.

task: judge_slices
score: 0.77..0.78
says: Slices that turned out held were looked at too: every one counts in m.
"""


def judge_slices(slices, margin, alpha):
    found = {s["slice"]: "unknown" for s in slices}
    chances = []
    for s in slices:
        if bounds(s["items"], s["lost"], s["won"], alpha)[1] < margin:
            found[s["slice"]] = "held"
        else:
            chances.append((tail(s["lost"], s["won"]), s["slice"]))
    for place, (p, name) in enumerate(sorted(chances)):
        if p > alpha / (len(chances) - place):
            break
        if found[name] == "unknown":
            found[name] = "worse"
    return found
