"""Charge cached tokens as new ones.

task: price_call
score: 0.6
says: You charge cache reads at the input rate: the list has a rate of their own for them.
"""


def price_call(tokens: dict[str, int], model: str, at: str, table: list[dict[str, Any]]) -> Decimal:
    """Return a call's price in USD at its instant (about 10 lines)."""
    # Find row, input_factor and output_factor; the last lines need them.
    day = datetime.fromisoformat(at).astimezone(UTC).date().isoformat()
    rows = [row for row in table if row["model"] == model and row["start_date"] <= day]
    if not rows:
        raise ValueError(f"no price for {model} on {day}")
    row = max(rows, key=lambda row: row["start_date"])
    prompt = tokens["input"] + tokens["cache_read"] + tokens["cache_write"]
    long = row["long_from"] is not None and prompt > row["long_from"]
    input_factor = Decimal(row["long_input_factor"]) if long else 1
    output_factor = Decimal(row["long_output_factor"]) if long else 1
    kinds = ("input", "cache_read", "cache_write")
    rates = {"cache_read": "input", "input": "input", "cache_write": "cache_write"}
    paid = sum(Decimal(row[f"{rates[kind]}_mtok"]) * tokens[kind] for kind in kinds) * input_factor
    return (paid + Decimal(row["output_mtok"]) * tokens["output"] * output_factor) / 1_000_000
