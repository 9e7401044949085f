"""Count unreadable verdicts of the tuned items, too.

task: error_rates
score: 0.6..0.61
says: unread counts what is left after the tuned sources are gone.
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

    return {
        "tpr": rate("pass"),
        "tnr": rate("fail"),
        "unread": sum(i["judge"] is None for i in items),
    }
