"""Join two data frames on the item.

task: pair_runs
"""

import pandas as pd
from scipy.stats import binom


def pair_runs(baseline, candidate):
    first = [
        pd.DataFrame(rows).sort_values("attempt").drop_duplicates("item").set_index("item").verdict
        for rows in (baseline, candidate)
    ]
    table = pd.concat(first, axis=1, keys=["a", "b"])
    paired = table[table.notna().all(axis=1) & (table != "ungraded").all(axis=1)] == "pass"
    lost = int((paired.a & ~paired.b).sum())
    won = int((paired.b & ~paired.a).sum())
    p = float(binom.sf(lost - 1, lost + won, 0.5)) if lost + won else 1.0
    return {
        "items": len(paired),
        "lost": lost,
        "won": won,
        "dropped": len(table) - len(paired),
        "p_worse": p,
    }
