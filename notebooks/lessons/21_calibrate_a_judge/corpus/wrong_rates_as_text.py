"""Print each rate as a percentage.

task: error_rates
score: 0
says: A rate is a number from 0 to 1; write it as a percentage where it is shown, not where it is computed.
"""


def error_rates(items, tuned_on):
    known = {i["source"] for i in items if i["id"] in tuned_on}
    clean = [i for i in items if i["source"] not in known]
    found = {"unread": sum(i["judge"] is None for i in clean)}
    for name, label in (("tpr", "pass"), ("tnr", "fail")):
        said = [i["judge"] for i in clean if i["human"] == label and i["judge"] is not None]
        ends = said.count(label) / len(said), *wilson(said.count(label), len(said))
        found[name] = {k: f"{v:.1%}" for k, v in zip(("rate", "low", "high"), ends, strict=True)}
        found[name]["n"] = len(said)
    return found
