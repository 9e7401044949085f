"""Count the end of a gold span as part of it.

task: recall_at_budget
score: 0..0.5
says: Your gold spans are one character too long: ends are exclusive.
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
            wanted = {(s["doc"], i) for s in spans for i in range(s["start"], s["end"] + 1)}
            covered = {(c["doc"], i) for c in kept for i in range(c["start"], c["end"])}
            found = len(covered & wanted)
            shares.append(found / len(wanted))
            hits += found
            sizes += len(wanted)
        result[name] = sum(shares) / len(shares)
    return result
