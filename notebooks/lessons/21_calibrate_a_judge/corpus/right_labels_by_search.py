"""Double and halve until the half-width is reached.

task: labels_to_buy
"""


def labels_to_buy(plan):
    r, t, s, n = (plan[k] for k in ("rate", "tpr", "tnr", "judged"))
    j, h, k = t + s - 1, plan["half_width"], plan["reports"]
    p = r * t + (1 - r) * (1 - s)

    def variance(design, m):
        judged = p * (1 - p) / n
        if design == "humans":
            return r * (1 - r) / m
        if design == "fresh":
            lost, gained = r * (1 - t), (1 - r) * (1 - s)
            return judged + (lost + gained - (lost - gained) ** 2) / m
        return (judged + (r * t * (1 - t) + (1 - r) * s * (1 - s)) / m) / (j * j)

    result = {}
    for design in ("humans", "fresh", "reuse"):
        if (design == "reuse" and j < 0.2) or 1.96 * math.sqrt(variance(design, 1e15)) >= h:
            result[design] = None
            continue
        low, high = 0, 1
        while 1.96 * math.sqrt(variance(design, high)) > h:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            if 1.96 * math.sqrt(variance(design, middle)) > h:
                low = middle
            else:
                high = middle
        labels = high if design == "reuse" else high * k
        judging = 0.0 if design == "humans" else k * n * plan["usd_call"]
        result[design] = {"labels": labels, "usd": labels * plan["usd_label"] + judging}
    possible = {name: one["usd"] for name, one in result.items() if one}
    return {**result, "choose": sorted(possible, key=possible.get)[0]}
