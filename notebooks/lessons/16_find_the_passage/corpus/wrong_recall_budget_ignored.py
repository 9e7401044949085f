"""Use every chunk.

task: recall_at_budget
score: 0.75
says: You read every chunk. At equal chunks, the larger chunk always wins: compare at equal tokens.
"""


def recall_at_budget(runs, gold, budget):
    result = {}
    for name, answers in runs.items():
        shares, hits, sizes = [], 0, 0
        for ranked, spans in zip(answers, gold, strict=True):
            spent, kept = 0, []
            for chunk in ranked:
                kept.append(chunk)
            wanted = {(s["doc"], i) for s in spans for i in range(s["start"], s["end"])}
            covered = {(c["doc"], i) for c in kept for i in range(c["start"], c["end"])}
            found = len(covered & wanted)
            shares.append(found / len(wanted))
            hits += found
            sizes += len(wanted)
        result[name] = sum(shares) / len(shares)
    return result
