"""Take the first alert.

task: find_onset
score: 0
says: The first alert may be about a disk, and an alert comes after the onset: infer it from the counts.
"""


def find_onset(incident):
    return min(minute_of(incident, "alerts", a["at"]) for a in incident["alerts"])
