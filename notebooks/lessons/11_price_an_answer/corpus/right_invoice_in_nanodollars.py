"""Add integers: billionths of a dollar, and half up by integer division.

task: invoice
"""


def invoice(lines):
    seen, billed, total, failed = set(), 0, 0, 0
    for line in lines:
        if line["call_id"] in seen or line["list_usd"] is None:
            continue
        seen.add(line["call_id"])
        billed += 1
        hundredths = 100
        if line["mode"] == "batch":
            hundredths = round(100 * float(line["batch_factor"]))
        units = round(float(line["list_usd"]) * 10**9) * hundredths
        total += units
        failed += units if line["status"] != "ok" else 0
    cent = 10**9
    return {
        "billed_calls": billed,
        "total_cents": (2 * total + cent) // (2 * cent),
        "failed_cents": (2 * failed + cent) // (2 * cent),
    }
