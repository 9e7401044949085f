"""Measure on everything, the tuned items included.

task: error_rates
score: 0..0.2
says: You measured on what the prompt was tuned on: those items flatter the judge.
"""


def error_rates(items, tuned_on):
    touched = {i["source"] for i in items if i["id"] in set(tuned_on)}
    clean = list(items)
    read = [i for i in clean if i["judge"] is not None]

    def rate(label):
        of = [i for i in read if i["human"] == label]
        hits = sum(i["judge"] == label for i in of)
        low, high = wilson(hits, len(of))
        return {"rate": hits / len(of), "low": low, "high": high, "n": len(of)}

    return {"tpr": rate("pass"), "tnr": rate("fail"), "unread": len(clean) - len(read)}
