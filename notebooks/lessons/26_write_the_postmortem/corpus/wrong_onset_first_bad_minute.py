"""Take the first minute with twice the usual share.

task: find_onset
score: 0.28..0.62
says: One bad minute, or five, may pass: want the rise that stays.
"""


def find_onset(incident):
    share = total(incident, "bad") / total(incident, "requests")
    return int((share > 2 * share[:30].median()).argmax())
