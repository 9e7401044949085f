"""Never commit to anything.

task: claim_saving
score: 0.1
says: A verdict that is always open proves nothing where there is proof.
"""


def verdicts(
    n: np.ndarray, only_current: np.ndarray, only_other: np.ndarray, margin: float
) -> list[str]:
    """Return a verdict for each trial (about 6 lines)."""
    b, c = np.asarray(only_current, float), np.asarray(only_other, float)
    loss = (b - c) / n
    half = 1.96 * np.sqrt(b + c + 3 - (b - c) ** 2 / n) / n
    said = np.where(loss - half > margin, "worse", "cannot tell")
    return ["cannot tell" for _ in np.atleast_1d(said)]


def claim_saving(
    trial: list[dict[str, Any]],
    margins: dict[str, float],
    bill: dict[str, float],
    levers: dict[str, float],
) -> dict[str, Any]:
    """Return verdicts, whether to ship, and dollars (about 14 lines)."""
    counts = np.array([[row["n"], row["only_current"], row["only_other"]] for row in trial])
    [overall] = verdicts(*counts.sum(0)[:, None], margins["overall"])
    each = verdicts(*counts.T, margins["slice"])
    slices = dict(zip((row["slice"] for row in trial), each, strict=True))
    every = {overall, *each}
    ship = "no" if "worse" in every else "yes" if every == {"not worse"} else "not yet"
    left = math.prod(1 - share for share in levers.values())
    usd = bill["invoice_usd"] * (1 - left)
    return {"overall": overall, "slices": slices, "ship": ship, "usd": usd}
