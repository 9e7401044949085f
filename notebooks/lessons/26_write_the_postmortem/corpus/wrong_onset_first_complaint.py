"""Take the first complaint.

task: find_onset
score: 0
says: A complaint may be about something else, and those about this come late.
"""


def find_onset(incident):
    sent = incident["complaints"]
    return min((minute_of(incident, "complaints", c["at"]) for c in sent), default=0)
