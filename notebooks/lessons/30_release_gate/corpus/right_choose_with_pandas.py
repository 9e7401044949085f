"""Cross two data frames.

task: choose_runs
"""

import pandas as pd


def choose_runs(registry, candidate, pinned):
    versions = pd.DataFrame(registry["versions"]).set_index("id")
    editor = pd.DataFrame(registry["goldens"]).set_index("id").edited_by
    runs = pd.DataFrame(registry["runs"])
    runs = runs[
        (runs.finished == runs.planned) & (runs.digest == runs.version.map(versions.digest))
    ]
    pairs = runs[runs.version == registry["baseline"]].merge(
        runs[runs.version == candidate], how="cross", suffixes=("_a", "_b")
    )
    if pairs.empty:
        return {"baseline": "", "candidate": "", "problems": ["no run"]}
    author = versions.author[candidate]
    wrong = pd.DataFrame({f: pairs[f + "_a"] != pairs[f + "_b"] for f in pinned})
    wrong["edited_by"] = (pairs.golden_a.map(editor) == author) | (
        pairs.golden_b.map(editor) == author
    )
    pairs["bad"] = wrong.sum(axis=1)
    best = pairs.sort_values(["bad", "started_b", "started_a"]).index[0]
    return {
        "baseline": pairs.id_a[best],
        "candidate": pairs.id_b[best],
        "problems": [name for name in wrong.columns if wrong[name][best]],
    }
