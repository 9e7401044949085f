"""Return only the depot's name.

task: loss_record
score: 0
says: The record is a dict of depot, onset, lost and evidence.
"""


def loss_record(parcels):
    return max(parcels["hours"], key=lambda d: sum(parcels["hours"][d]["in"]))
