"""Compute in integers: rates as millionths of a dollar a million tokens.

task: price_call
"""


def price_call(tokens, model, at, table):
    instant = datetime.fromisoformat(at).timestamp()
    best = None
    for row in table:
        starts = datetime.fromisoformat(row["start_date"] + "T00:00:00+00:00").timestamp()
        if row["model"] == model and starts <= instant and (best is None or starts > best[0]):
            best = (starts, row)
    if best is None:
        raise ValueError("no price in force")
    row = best[1]
    whole = sum(tokens[kind] for kind in ("input", "cache_read", "cache_write"))
    long = row["long_from"] is not None and whole > row["long_from"]
    parts_of_a_picodollar = 0
    for kind, count in tokens.items():
        side = "output" if kind == "output" else "input"
        factor = round(1000 * float(row[f"long_{side}_factor"])) if long else 1000
        parts_of_a_picodollar += count * round(1e6 * float(row[f"{kind}_mtok"])) * factor
    return parts_of_a_picodollar / 10**15
