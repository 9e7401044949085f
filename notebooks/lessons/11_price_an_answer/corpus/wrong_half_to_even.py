"""Round as Python does, half a cent to the even cent.

task: invoice
score: 0.9
says: Half a cent goes to the even cent in your sum, as Python's round does: this invoice rounds
  it up.
"""


def invoice(lines: list[dict[str, Any]]) -> dict[str, int]:
    """Return the billed calls and two sums in whole cents (about 10 lines)."""
    calls = {line["call_id"]: line for line in lines}.values()
    billed = [call for call in calls if call["list_usd"] is not None]

    def cents(chosen: list[dict[str, Any]]) -> int:
        total = Decimal(0)
        for call in chosen:
            factor = call["batch_factor"] if call["mode"] == "batch" else "1"
            total += Decimal(call["list_usd"]) * Decimal(factor)
        return int((total * 100).quantize(Decimal(1)))

    failed = [call for call in billed if call["status"] != "ok"]
    sums = {"total_cents": cents(billed), "failed_cents": cents(failed)}
    return {"billed_calls": len(billed)} | sums
