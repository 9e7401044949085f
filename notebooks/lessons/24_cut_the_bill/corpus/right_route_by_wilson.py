"""Add four pairs to every trial before its interval, and choose with pandas.

task: route_requests
"""


def route_requests(
    trials: list[dict[str, Any]],
    requests: list[dict[str, Any]],
    prices: dict[str, dict[str, Any]],
    floors: dict[str, float],
) -> list[str]:
    frame = pd.DataFrame(trials).set_index(["feature", "kind"])
    half = (frame["only_current"] + frame["only_other"] + 4) ** 0.5 / (frame["n"] + 4)
    loss = (frame["only_current"] - frame["only_other"]) / (frame["n"] + 4)
    frame["end"] = loss + 1.645 * half
    kept = frame[frame["end"] <= floors["slice"]].copy()
    asked = pd.DataFrame(requests).groupby(["feature", "kind"]).size() / len(requests)
    kept["used"] = kept["end"].clip(lower=0) * asked.reindex(kept.index).fillna(0)
    kept = kept.sort_values("end")
    chosen, left = set(), floors["overall"]
    for pair, used in kept["used"].items():
        if used <= left:
            chosen.add(pair)
            left -= used
    return [
        "practice-small" if (r["feature"], r["kind"]) in chosen else "practice-large"
        for r in requests
    ]
