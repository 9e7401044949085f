"""Take the last change before the alert.

task: find_onset
score: 0
says: The change nearest to the alert need not have done anything: look at the counts.
"""


def find_onset(incident):
    changes = [minute_of(incident, "events", e["at"]) for e in incident["events"]]
    fired = [a for a in incident["alerts"] if a["text"].startswith("objective")]
    until = min((minute_of(incident, "alerts", a["at"]) for a in fired), default=10**6)
    return max((minute for minute in changes if minute < until), default=0)
