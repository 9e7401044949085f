"""Take the two games of a pair for independent.

task: position_bias
score: 0.5..0.67
says: Your interval treats games as independent; the two games of a pair share its answers, so the pair is the unit.
"""


def position_bias(records):
    first = {("g1_winner", "model_1"): 1, ("g1_winner", "model_2"): -1}
    first |= {("g2_winner", "model_2"): 1, ("g2_winner", "model_1"): -1}
    values, agreed, unread = [], 0, 0
    for r in records:
        games = [r["g1_winner"], r["g2_winner"]]
        if "error" in games:
            unread += 1
            continue
        values.append(sum(first.get((g, r[g]), 0) for g in ("g1_winner", "g2_winner")) / 2)
        agreed += games[0] == games[1]
    bias = mean(values)
    signs = []
    for r in records:
        if "error" not in (r["g1_winner"], r["g2_winner"]):
            signs += [first.get((g, r[g]), 0) for g in ("g1_winner", "g2_winner")]
    half = 1.96 * stdev(signs) / math.sqrt(len(signs))
    low, high = bias - half, bias + half
    finding = "first" if low > 0 else "second" if high < 0 else "none"
    consistent = agreed / len(values)
    return {
        "bias": bias,
        "low": low,
        "high": high,
        "finding": finding,
        "consistent": consistent,
        "unread": unread,
    }
