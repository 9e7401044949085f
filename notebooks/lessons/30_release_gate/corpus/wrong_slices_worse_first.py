"""Call worse whatever loses, however little.

task: judge_slices
score: 0.88..0.89
says: A real loss that is shown to lie within the margin is held: that is what a margin means.
"""


def judge_slices(slices, margin, alpha):
    found = {s["slice"]: "unknown" for s in slices}
    chances = []
    for s in slices:
        if bounds(s["items"], s["lost"], s["won"], alpha)[1] < margin:
            found[s["slice"]] = "held"
        chances.append((tail(s["lost"], s["won"]), s["slice"]))
    for place, (p, name) in enumerate(sorted(chances)):
        if p > alpha / (len(chances) - place):
            break
        found[name] = "worse"
    return found
