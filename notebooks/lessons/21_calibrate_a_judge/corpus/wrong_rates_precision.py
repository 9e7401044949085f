"""Divide by what the judge says instead of what people say.

task: error_rates
score: 0..0.25
says: You divide by the judge's passes, which is precision: TPR divides by what people pass.
"""


def error_rates(items, tuned_on):
    touched = {i["source"] for i in items if i["id"] in set(tuned_on)}
    clean = [i for i in items if i["source"] not in touched]
    read = [i for i in clean if i["judge"] is not None]

    def rate(label):
        of = [i for i in read if i["judge"] == label]
        hits = sum(i["human"] == label for i in of)
        low, high = wilson(hits, len(of))
        return {"rate": hits / len(of), "low": low, "high": high, "n": len(of)}

    return {"tpr": rate("pass"), "tnr": rate("fail"), "unread": len(clean) - len(read)}
