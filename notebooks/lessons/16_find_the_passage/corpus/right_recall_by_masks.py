"""Mark characters in boolean arrays.

task: recall_at_budget
"""

import numpy as np


def recall_at_budget(runs, gold, budget):
    recalls = {}
    for name, answers in runs.items():
        shares = []
        for ranked, spans in zip(answers, gold, strict=True):
            ends = [x["end"] for x in [*ranked, *spans]]
            docs = {x["doc"] for x in spans}
            want = {doc: np.zeros(max(ends), dtype=bool) for doc in docs}
            have = {doc: np.zeros(max(ends), dtype=bool) for doc in docs}
            for s in spans:
                want[s["doc"]][s["start"] : s["end"]] = True
            spent = np.cumsum([0] + [c["tokens"] for c in ranked])[1:]
            for c, total in zip(ranked, spent, strict=True):
                if total <= budget and c["doc"] in docs:
                    have[c["doc"]][max(c["start"], 0) : c["end"]] = True
            found = sum((want[d] & have[d]).sum() for d in docs)
            shares.append(found / sum(want[d].sum() for d in docs))
        recalls[name] = float(np.mean(shares))
    return recalls
