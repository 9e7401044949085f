"""Take the depot that loses least.

task: loss_record
score: 0.5
says: The depot to name is the one that loses more than the others.
"""


def loss_record(parcels):
    days = parcels["hours"]
    gone = {d: [a - b for a, b in zip(days[d]["in"], days[d]["out"], strict=True)] for d in days}
    depot = min(gone, key=lambda d: sum(gone[d]))
    notes = [n["id"] for n in parcels["notes"] if n["depot"] == depot]
    return {"depot": depot, "onset": 12, "lost": sum(gone[depot][12:]), "evidence": notes}
