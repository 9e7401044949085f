"""Choose the fewest labels.

task: labels_to_buy
score: 0.8..0.81
says: The fewest labels are not always the cheapest: the judge's calls are on the bill, too.
"""


def labels_to_buy(plan):
    r, t, s = plan["rate"], plan["tpr"], plan["tnr"]
    n, k = plan["judged"], plan["reports"]
    u = (plan["half_width"] / 1.96) ** 2
    j = t + s - 1
    p = r * t + (1 - r) * (1 - s)
    own = p * (1 - p) / n
    calls = k * n * plan["usd_call"]
    wrong = [r * (1 - t), (1 - r) * (1 - s)]
    result = {"humans": math.ceil(r * (1 - r) / u) * k, "fresh": None, "reuse": None}
    if u > own:
        spread = sum(wrong) - (wrong[0] - wrong[1]) ** 2
        result["fresh"] = math.ceil(spread / (u - own)) * k
    if j >= 0.2 and u * j * j > own:
        spread = r * t * (1 - t) + (1 - r) * s * (1 - s)
        result["reuse"] = math.ceil(spread / (u * j * j - own))
    for name, labels in result.items():
        if labels is not None:
            extra = 0 if name == "humans" else calls
            result[name] = {"labels": labels, "usd": labels * plan["usd_label"] + extra}
    fewest = min((one["labels"], name) for name, one in result.items() if one)
    return result | {"choose": fewest[1]}
