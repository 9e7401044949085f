"""Arrays with NaN.

task: check_claims
"""


def check_claims(claims, incident):
    import numpy as np

    return [judged(claim, incident, np) for claim in claims]


def judged(claim, incident, np):
    if claim["type"] == "time":
        rows = [(s, r) for s in ("events", "alerts", "complaints") for r in incident[s]]
        at = [(s, r.get(claim["field"])) for s, r in rows if r["id"] == claim["id"]]
        if not at or not at[0][1]:
            return "no evidence"
        return "holds" if minute_of(incident, *at[0]) == claim["minute"] else "fails"
    found = [s for s in incident["series"] if s["name"] == claim["series"]]
    if not found:
        return "no evidence"
    values = np.array(found[0]["values"], dtype=float)
    minutes, known = np.arange(len(values)), ~np.isnan(values)
    if claim["type"] == "count":
        span = slice(claim["from"], claim["to"])
        if claim["from"] < 0 or claim["to"] > len(values) or not known[span].any():
            return "no evidence"
        left = np.maximum.accumulate(np.where(known, minutes, -1))
        right = np.minimum.accumulate(np.where(known, minutes, len(values))[::-1])[::-1]
        left, right = np.where(left < 0, right, left), np.where(right == len(values), left, right)
        filled = (values[left] + values[right]) / 2
        return "holds" if abs(filled[span].sum() - claim["is"]) <= 0.5 else "fails"
    sides = []
    for start, end in (claim["before"], claim["after"]):
        if start < 0 or end > len(values) or known[start:end].sum() < 10:
            return "no evidence"
        sides.append(np.nanmedian(values[start:end]))
    step = sides[1] - sides[0]
    slack = {"share": 0.02, "1/min": 3.0}.get(found[0]["unit"], 0.0)
    if abs(step) <= max(0.1 * abs(sides[0]), slack):
        return "holds" if claim["says"] == "flat" else "fails"
    return "holds" if claim["says"] == ("rose" if step > 0 else "fell") else "fails"
