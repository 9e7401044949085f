"""Cut the window, then fill it between what is reported.

task: check_claims
score: 0.75..0.81
says: A gap at the edge of a window has a neighbour outside: fill the whole record, then cut.
"""


def check_claims(claims: list[dict[str, Any]], incident: dict[str, Any]) -> list[str]:
    """Recompute each claim (about 25 lines; times are done for you)."""
    frame, filled = table(incident), complete(table(incident))
    units = {s["name"]: s["unit"] for s in incident["series"]}

    def time(claim: dict[str, Any]) -> str:
        for source in ("events", "alerts", "complaints"):
            for row in incident[source]:
                if row["id"] == claim["id"] and row.get(claim["field"]):
                    minute = minute_of(incident, source, row[claim["field"]])
                    return "holds" if minute == claim["minute"] else "fails"
        return "no evidence"

    def reported(claim: dict[str, Any], windows: list[list[int]], fewest: int) -> bool:
        return claim["series"] in frame and all(
            0 <= start < end <= len(frame) and frame[claim["series"]][start:end].count() >= fewest
            for start, end in windows
        )

    def count(claim: dict[str, Any]) -> str:
        start, end = claim["from"], claim["to"]
        if not reported(claim, [[start, end]], 1):
            return "no evidence"
        cut = frame[claim["series"]][start:end]
        found = ((cut.ffill() + cut.bfill()) / 2).sum()
        return "holds" if abs(found - claim["is"]) <= 0.5 else "fails"

    def comparison(claim: dict[str, Any]) -> str:
        windows = [claim["before"], claim["after"]]
        if not reported(claim, windows, 10):
            return "no evidence"
        old, new = (frame[claim["series"]][start:end].median() for start, end in windows)
        floor = {"share": 0.02, "1/min": 3.0}.get(units[claim["series"]], 0.0)
        flat = abs(new - old) <= max(0.10 * abs(old), floor)
        says = "flat" if flat else "rose" if new > old else "fell"
        return "holds" if says == claim["says"] else "fails"

    by_type = {"time": time, "count": count, "comparison": comparison}
    return [by_type[claim["type"]](claim) for claim in claims]
