"""Count the end of a chunk as part of it.

task: recall_at_budget
score: 0..0.9
says: Your chunks are one character too long: ends are exclusive.
"""


def recall_at_budget(runs, gold, budget):
    result = {}
    for name, answers in runs.items():
        shares, hits, sizes = [], 0, 0
        for ranked, spans in zip(answers, gold, strict=True):
            spent, kept = 0, []
            for chunk in ranked:
                spent += chunk["tokens"]
                if spent > budget:
                    break
                kept.append(chunk)
            wanted = {(s["doc"], i) for s in spans for i in range(s["start"], s["end"])}
            covered = {(c["doc"], i) for c in kept for i in range(c["start"], c["end"] + 1)}
            found = len(covered & wanted)
            shares.append(found / len(wanted))
            hits += found
            sizes += len(wanted)
        result[name] = sum(shares) / len(shares)
    return result
