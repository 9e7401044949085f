"""Use the first five chunks, whatever they cost.

task: recall_at_budget
score: 0.75
says: You take a number of chunks, not a number of tokens: that rewards large chunks.
"""


def recall_at_budget(runs, gold, budget):
    result = {}
    for name, answers in runs.items():
        shares, hits, sizes = [], 0, 0
        for ranked, spans in zip(answers, gold, strict=True):
            spent, kept = 0, []
            for chunk in ranked:
                kept = ranked[:5]
            wanted = {(s["doc"], i) for s in spans for i in range(s["start"], s["end"])}
            covered = {(c["doc"], i) for c in kept for i in range(c["start"], c["end"])}
            found = len(covered & wanted)
            shares.append(found / len(wanted))
            hits += found
            sizes += len(wanted)
        result[name] = sum(shares) / len(shares)
    return result
