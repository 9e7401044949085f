"""Let ir-measures do it, over de-duplicated runs.

task: score_run
"""

import ir_measures


def score_run(run, qrels, k):
    clean = {
        query: {name: -float(rank) for rank, name in enumerate(dict.fromkeys(run.get(query, [])))}
        for query in qrels
    }
    names = ("P", "R", "RR", "nDCG")
    wanted = {name: ir_measures.parse_measure(f"{name}@{k}") for name in names}
    totals = dict.fromkeys(names, 0.0)
    for one in ir_measures.iter_calc(list(wanted.values()), qrels, clean):
        totals[str(one.measure).partition("@")[0]] += one.value
    return {name: total / len(qrels) for name, total in totals.items()}
