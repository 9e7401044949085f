"""Use the interval of Agresti and Min, and take the levers off one by one.

task: claim_saving
"""


def verdicts(
    n: np.ndarray, only_current: np.ndarray, only_other: np.ndarray, margin: float
) -> list[str]:
    made = []
    for size, b, c in zip(n, only_current, only_other, strict=True):
        size, b, c = size + 2, b + 0.5, c + 0.5
        loss = (b - c) / size
        half = 1.96 * math.sqrt((b + c) / size - loss**2) / math.sqrt(size)
        if loss + half < margin:
            made.append("not worse")
        elif loss - half > margin:
            made.append("worse")
        else:
            made.append("cannot tell")
    return made


def claim_saving(
    trial: list[dict[str, Any]],
    margins: dict[str, float],
    bill: dict[str, float],
    levers: dict[str, float],
) -> dict[str, Any]:
    frame = pd.DataFrame(trial)
    names = ["n", "only_current", "only_other"]
    slices = verdicts(*(frame[name] for name in names), margins["slice"])
    overall = verdicts(*(np.array([frame[name].sum()]) for name in names), margins["overall"])[0]
    ship = "yes"
    for said in [overall, *slices]:
        if said == "worse":
            ship = "no"
        elif said == "cannot tell" and ship == "yes":
            ship = "not yet"
    rest = bill["invoice_usd"]
    for share in levers.values():
        rest -= rest * share
    return {
        "overall": overall,
        "slices": dict(zip(frame["slice"], slices, strict=True)),
        "ship": ship,
        "usd": bill["invoice_usd"] - rest,
    }
