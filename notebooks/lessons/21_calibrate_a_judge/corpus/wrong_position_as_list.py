"""Return the numbers without names.

task: position_bias
score: 0
says: Return a dict with the six names of the task.
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
    half = 1.96 * stdev(values) / math.sqrt(len(values))
    low, high = bias - half, bias + half
    finding = "first" if low > 0 else "second" if high < 0 else "none"
    consistent = agreed / len(values)
    return [bias, low, high, finding, consistent, unread]
