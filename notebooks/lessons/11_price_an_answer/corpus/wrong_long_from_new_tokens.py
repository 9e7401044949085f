"""Compare only the new tokens with the threshold.

task: price_call
score: 0.8
says: The threshold looks at the whole prompt: tokens read from the cache or written to it count
  towards long_from too.
"""


def price_call(tokens: dict[str, int], model: str, at: str, table: list[dict[str, Any]]) -> Decimal:
    """Return a call's price in USD at its instant (about 10 lines)."""
    # Find row, input_factor and output_factor; the last lines need them.
    day = datetime.fromisoformat(at).astimezone(UTC).date().isoformat()
    rows = [row for row in table if row["model"] == model and row["start_date"] <= day]
    if not rows:
        raise ValueError(f"no price for {model} on {day}")
    row = max(rows, key=lambda row: row["start_date"])
    prompt = tokens["input"]
    long = row["long_from"] is not None and prompt > row["long_from"]
    input_factor = Decimal(row["long_input_factor"]) if long else 1
    output_factor = Decimal(row["long_output_factor"]) if long else 1
    kinds = ("input", "cache_read", "cache_write")
    paid = sum(Decimal(row[f"{kind}_mtok"]) * tokens[kind] for kind in kinds) * input_factor
    return (paid + Decimal(row["output_mtok"]) * tokens["output"] * output_factor) / 1_000_000
