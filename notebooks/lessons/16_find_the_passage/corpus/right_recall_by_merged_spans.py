"""Merge affordable spans and intersect intervals.

task: recall_at_budget
"""


def recall_at_budget(runs, gold, budget):
    def covered(span, chunks):
        inside = sorted(
            (max(c["start"], span["start"]), min(c["end"], span["end"]))
            for c in chunks
            if c["doc"] == span["doc"]
        )
        total, reached = 0, span["start"]
        for a, b in inside:
            total += max(0, b - max(a, reached))
            reached = max(reached, b)
        return total

    result = {}
    for name, answers in runs.items():
        sum_of_shares = 0.0
        for ranked, spans in zip(answers, gold, strict=True):
            left, kept = budget, []
            for c in ranked:
                left -= c["tokens"]
                if left < 0:
                    break
                kept.append(c)
            length = sum(s["end"] - s["start"] for s in spans)
            sum_of_shares += sum(covered(s, kept) for s in spans) / length
        result[name] = sum_of_shares / len(answers)
    return result
