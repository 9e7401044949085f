"""Count the whole day instead of the hours from the onset on.

task: loss_record
score: 0.8
says: The loss began at an hour: name it, and count from there.
"""


def loss_record(parcels):
    lost = {d: sum(day["in"]) - sum(day["out"]) for d, day in parcels["hours"].items()}
    depot = max(lost, key=lost.get)
    notes = [n["id"] for n in parcels["notes"] if n["depot"] == depot]
    return {"depot": depot, "onset": 0, "lost": lost[depot], "evidence": notes}
