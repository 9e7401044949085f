"""Take an unreadable verdict for a fail.

task: error_rates
score: 0..0.34
says: Unreadable verdicts are in your rates: count them apart, and leave them out of both.
"""


def error_rates(items, tuned_on):
    touched = {i["source"] for i in items if i["id"] in set(tuned_on)}
    clean = [i for i in items if i["source"] not in touched]
    read = [i | {"judge": i["judge"] or "fail"} for i in clean]

    def rate(label):
        of = [i for i in read if i["human"] == label]
        hits = sum(i["judge"] == label for i in of)
        low, high = wilson(hits, len(of))
        return {"rate": hits / len(of), "low": low, "high": high, "n": len(of)}

    return {
        "tpr": rate("pass"),
        "tnr": rate("fail"),
        "unread": sum(i["judge"] is None for i in clean),
    }
