"""Take the minute with the largest share of bad requests.

task: find_onset
score: 0
says: The worst minute comes after the first one.
"""


def find_onset(incident):
    return int((total(incident, "bad") / total(incident, "requests")).idxmax())
