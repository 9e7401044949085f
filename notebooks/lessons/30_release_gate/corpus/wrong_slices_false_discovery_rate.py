"""Control the share of false claims instead of any.

task: judge_slices
score: 0.77..0.78
says: You control the share of false claims; asked is the chance of any, which Holm or Bonferroni keep.
"""


def judge_slices(slices, margin, alpha):
    found = {s["slice"]: "unknown" for s in slices}
    for s in slices:
        if bounds(s["items"], s["lost"], s["won"], alpha)[1] < margin:
            found[s["slice"]] = "held"
    chances = sorted((tail(s["lost"], s["won"]), s["slice"]) for s in slices)
    m = len(chances)
    last = max((i for i, (p, _) in enumerate(chances, 1) if p <= alpha * i / m), default=0)
    for _, name in chances[:last]:
        if found[name] == "unknown":
            found[name] = "worse"
    return found
