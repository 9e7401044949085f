"""Remove repeated calls and group with pandas, with Decimals in the cells.

task: invoice
"""


def invoice(lines):
    frame = pd.DataFrame(lines).drop_duplicates("call_id").dropna(subset=["list_usd"])
    factor = frame["batch_factor"].where(frame["mode"] == "batch", "1").map(Decimal)
    usd = frame["list_usd"].map(Decimal) * factor

    def cents(amounts):
        return int((Decimal(100) * sum(amounts, Decimal(0))).to_integral_value(ROUND_HALF_UP))

    return {
        "billed_calls": len(frame),
        "total_cents": cents(usd),
        "failed_cents": cents(usd[frame["status"] != "ok"]),
    }
