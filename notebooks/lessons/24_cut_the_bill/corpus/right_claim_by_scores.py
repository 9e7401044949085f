"""Test against the margin with the interval of Bonett and Price, and ship by the weakest verdict.

task: claim_saving
"""


def verdicts(
    n: np.ndarray, only_current: np.ndarray, only_other: np.ndarray, margin: float
) -> list[str]:
    # Bonett and Price: one pair more on either side.
    size = np.asarray(n) + 2.0
    b, c = (np.asarray(only_current) + 1.0) / size, (np.asarray(only_other) + 1.0) / size
    error = np.sqrt((b + c - (b - c) ** 2) / size)
    above = (b - c - margin) / error
    said = {True: "worse", False: "not worse"}
    return [said[bool(z > 0)] if abs(z) > 1.96 else "cannot tell" for z in above]


def claim_saving(
    trial: list[dict[str, Any]],
    margins: dict[str, float],
    bill: dict[str, float],
    levers: dict[str, float],
) -> dict[str, Any]:
    def one(rows: list[dict[str, Any]], margin: float) -> str:
        counts = [np.array([sum(r[k] for r in rows)]) for k in ("n", "only_current", "only_other")]
        return verdicts(*counts, margin)[0]

    slices = {row["slice"]: one([row], margins["slice"]) for row in trial}
    overall = one(trial, margins["overall"])
    order = ["worse", "cannot tell", "not worse"]
    weakest = min([overall, *slices.values()], key=order.index)
    ship = {"worse": "no", "cannot tell": "not yet", "not worse": "yes"}[weakest]
    kept = math.exp(sum(math.log1p(-share) for share in levers.values()))
    usd = (1 - kept) * bill["invoice_usd"]
    return {"overall": overall, "slices": slices, "ship": ship, "usd": usd}
