"""Cite every note of the day.

task: loss_record
score: 0.3
says: Cite what supports the record, not all there is.
"""


def loss_record(parcels):
    days = parcels["hours"]
    gone = {d: [a - b for a, b in zip(days[d]["in"], days[d]["out"], strict=True)] for d in days}
    depot = max(gone, key=lambda d: sum(gone[d]))
    onset = next(h for h, n in enumerate(gone[depot]) if n > 1)
    notes = [n["id"] for n in parcels["notes"]]
    return {"depot": depot, "onset": onset, "lost": sum(gone[depot][onset:]), "evidence": notes}
