"""Use the normal interval around the share.

task: error_rates
score: 0.8
says: The normal interval has no width at 100 % and leaves 0..1 near it: use Wilson's.
"""


def error_rates(items, tuned_on):
    touched = {i["source"] for i in items if i["id"] in set(tuned_on)}
    clean = [i for i in items if i["source"] not in touched]
    read = [i for i in clean if i["judge"] is not None]

    def rate(label):
        of = [i for i in read if i["human"] == label]
        hits = sum(i["judge"] == label for i in of)
        p = hits / len(of)
        half = 1.96 * math.sqrt(p * (1 - p) / len(of))
        low, high = p - half, p + half
        return {"rate": hits / len(of), "low": low, "high": high, "n": len(of)}

    return {"tpr": rate("pass"), "tnr": rate("fail"), "unread": len(clean) - len(read)}
