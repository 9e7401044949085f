"""Count in whole units of 1e-11 dollars, and share with divmod.

task: attribute_spend
"""


def attribute_spend(
    usage: list[dict[str, Any]] | dict[str, Any] | str,
    prices: list[dict[str, Any]],
    invoice_cents: int,
) -> dict[str, dict[str, int]]:
    table = sorted(prices, key=lambda row: row["start_date"], reverse=True)

    def units(model: str, day: str, batch: bool, counts: list[int]) -> int:
        row = next(r for r in table if r["model"] == model and r["start_date"] <= day)
        rates = [int(Decimal(row[f"{kind}_mtok"]) * 10_000) for kind in KINDS]
        tenths = int(Decimal(row["batch_factor"]) * 10) if batch else 10
        return tenths * sum(a * b for a, b in zip(rates, counts, strict=True))

    priced: list[tuple[str, str, int]] = []
    if isinstance(usage, list):
        names: dict[str, tuple[str, str]] = {}
        for line in sorted(usage, key=lambda line: line["attempt"]):
            names.setdefault(line["request_id"], (line["feature"], line["tenant"]))
        done = set()
        for line in usage:
            if line["input"] is None or line["call_id"] in done:
                continue
            done.add(line["call_id"])
            counts = [line[kind] for kind in KINDS]
            cost = units(line["model"], line["at"][:10], line["mode"] == "batch", counts)
            priced.append((*names[line["request_id"]], cost))
    else:
        for row in usage_rows(usage):
            kept = [row["input_cached_tokens"], row["input_cache_write_tokens"]]
            counts = [row["input_tokens"] - sum(kept), *kept, row["output_tokens"]]
            cost = units(row["model"], row["day"], row["batch"], counts)
            who = [row[name] or "untagged" for name in ("project_id", "api_key_id")]
            priced.append((who[0], who[1], cost))
    spend: Counter[tuple[str, str]] = Counter()
    for feature, tenant, cost in priced:
        spend[feature, tenant] += cost
    whole = sum(spend.values())
    cells = [(*divmod(invoice_cents * cost, whole), who) for who, cost in spend.items()]
    short = invoice_cents - sum(cents for cents, _, _ in cells)
    made: dict[str, dict[str, int]] = {}
    for place, (cents, _, who) in enumerate(sorted(cells, key=lambda c: (-c[1], c[2]))):
        made.setdefault(who[0], {})[who[1]] = cents + (place < short)
    return made
