"""Leave out the tuned items, but not the others of their sources.

task: error_rates
score: 0..0.2
says: Items of a tuned item's source are its near-copies: leave the whole source out.
"""


def error_rates(items, tuned_on):
    touched = {i["source"] for i in items if i["id"] in set(tuned_on)}
    clean = [i for i in items if i["id"] not in set(tuned_on)]
    read = [i for i in clean if i["judge"] is not None]

    def rate(label):
        of = [i for i in read if i["human"] == label]
        hits = sum(i["judge"] == label for i in of)
        low, high = wilson(hits, len(of))
        return {"rate": hits / len(of), "low": low, "high": high, "n": len(of)}

    return {"tpr": rate("pass"), "tnr": rate("fail"), "unread": len(clean) - len(read)}
