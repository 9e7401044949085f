"""Work in dollars and answers a day, and divide at the end.

task: compare_options
"""


def compare_options(base, other, questions_per_day, error_usd):
    day = {}
    for name, option in (("base", base), ("other", other)):
        calls = questions_per_day * option["calls_per_question"]
        spent = calls * option["usd_per_call"] + option["fixed_usd_per_day"]
        correct = questions_per_day * option["accuracy"]
        errors = (questions_per_day - correct) * error_usd
        day[name] = (spent, correct, spent + errors)
    extra = day["other"][1] - day["base"][1]
    margin = None
    if other["accuracy"] > base["accuracy"]:
        margin = (day["other"][0] - day["base"][0]) / extra
    return {
        "usd_per_correct": [spent / correct for spent, correct, _ in day.values()],
        "usd_per_extra_correct": margin,
        "choose": min(day, key=lambda name: day[name][2]),
    }
