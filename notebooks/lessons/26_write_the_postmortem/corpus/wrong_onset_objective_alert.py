"""Take the alert on the objective, when it fired.

task: find_onset
score: 0
says: An alert fires when the harm has lasted a while: the onset lies before it.
"""


def find_onset(incident):
    fired = [a for a in incident["alerts"] if a["text"].startswith("objective")]
    return min((minute_of(incident, "alerts", a["at"]) for a in fired), default=0)
