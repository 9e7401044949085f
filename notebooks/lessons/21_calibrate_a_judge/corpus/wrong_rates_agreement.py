"""Report agreement as both rates.

task: error_rates
score: 0..0.01
says: Agreement mixes good and bad answers in the shares of this sample: TPR and TNR have a denominator each.
"""


def error_rates(items, tuned_on):
    touched = {i["source"] for i in items if i["id"] in set(tuned_on)}
    clean = [i for i in items if i["source"] not in touched]
    read = [i for i in clean if i["judge"] is not None]

    def rate(label):
        of = read
        hits = sum(i["judge"] == i["human"] for i in of)
        low, high = wilson(hits, len(of))
        return {"rate": hits / len(of), "low": low, "high": high, "n": len(of)}

    return {"tpr": rate("pass"), "tnr": rate("fail"), "unread": len(clean) - len(read)}
