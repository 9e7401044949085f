"""Count a missing minute as one without bad requests, and want a run to the end.

task: find_onset
score: 0.3..0.5
says: A minute without telemetry is not a healthy minute.
"""


def find_onset(incident):
    asked = total(incident, "requests")
    share = (total(incident, "bad") / asked.where(asked > 0)).fillna(0.0)
    low = share[share < 2 * share[:30].median()]
    return int(low.index[-1]) + 1
