"""Drop the pairs with an error, then count the errors that are left.

task: position_bias
score: 0.83..0.84
says: Count the unread pairs before you drop them; afterwards there are none.
"""


def position_bias(records):
    worth = {"model_1": 1, "model_2": -1, "tie": 0}
    games = [(r["g1_winner"], r["g2_winner"]) for r in records]
    games = [pair for pair in games if "error" not in pair]
    values = [(worth[one] - worth[two]) / 2 for one, two in games]
    bias, half = mean(values), 1.96 * stdev(values) / math.sqrt(len(values))
    return {
        "bias": bias,
        "low": bias - half,
        "high": bias + half,
        "finding": "first" if bias > half else "second" if bias < -half else "none",
        "consistent": mean(one == two for one, two in games),
        "unread": sum("error" in pair for pair in games),
    }
