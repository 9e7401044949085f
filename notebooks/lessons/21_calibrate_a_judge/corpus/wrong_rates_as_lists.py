"""Return each rate as a list.

task: error_rates
score: 0
says: Return each rate as a dict with rate, low, high and n: a list of four numbers is read wrongly one day.
"""


def error_rates(items, tuned_on):
    touched = {i["source"] for i in items if i["id"] in set(tuned_on)}
    clean = [i for i in items if i["source"] not in touched]
    read = [i for i in clean if i["judge"] is not None]

    def rate(label):
        of = [i for i in read if i["human"] == label]
        hits = sum(i["judge"] == label for i in of)
        low, high = wilson(hits, len(of))
        return [hits / len(of), low, high, len(of)]

    return {"tpr": rate("pass"), "tnr": rate("fail"), "unread": len(clean) - len(read)}
