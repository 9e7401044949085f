"""Plain lists and the statistics module.

task: check_claims
"""


def check_claims(claims, incident):
    from statistics import median

    ids = {}
    for source in ("events", "alerts", "complaints"):
        for row in incident[source]:
            ids[row["id"]] = source, row
    series = {s["name"]: s for s in incident["series"]}

    def whole(values, minute):
        if values[minute] is not None:
            return values[minute]
        near = [next((v for v in values[minute:] if v is not None), None)]
        near.append(next((v for v in values[minute::-1] if v is not None), None))
        near = [v for v in near if v is not None]
        return sum(near) / len(near)

    told = []
    for claim in claims:
        says = "no evidence"
        if claim["type"] == "time" and claim["id"] in ids:
            source, row = ids[claim["id"]]
            if row.get(claim["field"]):
                says = minute_of(incident, source, row[claim["field"]]) == claim["minute"]
        elif claim["type"] != "time" and claim["series"] in series:
            one = series[claim["series"]]
            values = one["values"]
            spans = [claim.get("before"), claim.get("after")]
            if claim["type"] == "count":
                spans = [[claim["from"], claim["to"]]]
            inside = all(0 <= a < b <= len(values) for a, b in spans)
            seen = [[v for v in values[a:b] if v is not None] for a, b in spans if inside]
            if inside and claim["type"] == "count" and seen[0]:
                a, b = spans[0]
                says = abs(sum(whole(values, m) for m in range(a, b)) - claim["is"]) <= 0.5
            elif inside and claim["type"] == "comparison" and min(map(len, seen)) >= 10:
                old, new = map(median, seen)
                room = max(abs(old) / 10, {"share": 0.02, "1/min": 3}.get(one["unit"], 0))
                word = "flat" if abs(new - old) <= room else "rose" if new > old else "fell"
                says = word == claim["says"]
        told.append(says if isinstance(says, str) else "holds" if says else "fails")
    return told
