"""Exchange the two rates.

task: error_rates
score: 0..0.01
says: The rates are exchanged: TPR is about answers that people pass.
"""


def error_rates(items, tuned_on):
    touched = {i["source"] for i in items if i["id"] in set(tuned_on)}
    clean = [i for i in items if i["source"] not in touched]
    read = [i for i in clean if i["judge"] is not None]

    def rate(label):
        of = [i for i in read if i["human"] == label]
        hits = sum(i["judge"] == label for i in of)
        low, high = wilson(hits, len(of))
        return {"rate": hits / len(of), "low": low, "high": high, "n": len(of)}

    return {"tpr": rate("fail"), "tnr": rate("pass"), "unread": len(clean) - len(read)}
