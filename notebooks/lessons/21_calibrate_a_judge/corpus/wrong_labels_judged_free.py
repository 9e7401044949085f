"""Leave out the variance of the judged answers.

task: labels_to_buy
score: 0.2..0.28
says: The judged answers are a sample, too: p(1-p)/n of the room is already taken.
"""


def labels_to_buy(plan):
    r, t, s = plan["rate"], plan["tpr"], plan["tnr"]
    n, k = plan["judged"], plan["reports"]
    u = (plan["half_width"] / 1.96) ** 2
    j = t + s - 1
    p = r * t + (1 - r) * (1 - s)
    own = 0
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
    cost = {name: one["usd"] for name, one in result.items() if one}
    return result | {"choose": min(cost, key=cost.get)}
