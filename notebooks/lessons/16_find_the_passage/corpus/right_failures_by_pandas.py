"""Label every question in a frame and group it.

task: explain_failures
"""

import pandas as pd


def explain_failures(asked, passages, k, at_least):
    def cause(q) -> str:
        if q["gold"] in q["ranked"][:k]:
            return "found"
        if set(terms(q["text"])).isdisjoint(terms(passages[q["gold"]]["text"])):
            return "vocabulary"
        live = [name for name in q["ranked"] if not passages[name]["deprecated"]]
        return "stale" if q["gold"] in live[:k] else "crowded"

    frame = pd.DataFrame(asked)
    frame["cause"] = [cause(q) for q in asked]
    by_kind = frame.assign(found=frame.cause == "found").groupby("kind").found.agg(["mean", "size"])
    large = by_kind[by_kind["size"] >= at_least]
    return {
        "recall": {kind: float(value) for kind, value in by_kind["mean"].items()},
        "loses": str(large["mean"].idxmin()),
        "causes": {
            name: frame.id[frame.cause == name].tolist()
            for name in ("vocabulary", "stale", "crowded")
        },
    }
