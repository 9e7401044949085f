"""Leave out what is not worse.

task: judge_slices
score: 0
says: Every slice gets a verdict; one that is missing looks like one that held.
"""


def judge_slices(slices, margin, alpha):
    found = {}
    for s in slices:
        high = bounds(s["items"], s["lost"], s["won"], alpha)[1]
        if high >= margin and tail(s["lost"], s["won"]) <= alpha / len(slices):
            found[s["slice"]] = "worse"
    return found
