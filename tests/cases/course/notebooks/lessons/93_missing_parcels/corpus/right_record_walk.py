"""Walk the hours until two in a row lose more than usual.

task: loss_record
"""


def loss_record(parcels):
    for depot, day in parcels["hours"].items():
        gone = [a - b for a, b in zip(day["in"], day["out"], strict=True)]
        for hour in range(24):
            if gone[hour] > 2:
                notes = [n["id"] for n in parcels["notes"] if n["depot"] == depot]
                return {
                    "depot": depot,
                    "onset": hour,
                    "lost": sum(gone[hour:]),
                    "evidence": notes[:1],
                }
    raise ValueError("nothing is lost")
