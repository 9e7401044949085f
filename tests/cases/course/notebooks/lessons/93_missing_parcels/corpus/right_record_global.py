"""Keep what was loaded and look only at the late hours.

task: loss_record
"""


def loss_record(parcels):
    days = parcels["hours"]
    rows = {d: [i - o for i, o in zip(days[d]["in"], days[d]["out"], strict=True)] for d in days}
    depot = sorted(rows, key=lambda d: rows[d][-1])[-1]
    onset = min(h for h in range(24) if all(n >= 2 for n in rows[depot][h:]))
    cited = [n["id"] for n in parcels["notes"] if (n["depot"], n["hour"]) == (depot, onset)]
    return {"evidence": cited, "lost": sum(rows[depot][onset:]), "onset": onset, "depot": depot}
