"""Round a week's hours to one decimal before comparing.

task: plan_faults
score: 0..0.5
says: You round hours before you compare, so a minute too much is lost.
"""


def plan_faults(plan, path, minutes, hours):
    overfull, late = [], set()
    planned = dict.fromkeys(path, 0)
    furthest = 0
    for number, week in enumerate(plan, start=1):
        for lesson, took in week:
            place = path.index(lesson)
            planned[lesson] += took
            if place < furthest:
                late.add(lesson)
            furthest = max(furthest, place)
        if round(sum(took for _, took in week) / 60, 1) > hours:
            overfull.append(number)
    return {
        "overfull": overfull,
        "out_of_order": [lesson for lesson in path if lesson in late],
        "wrong_minutes": [lesson for lesson in path if planned[lesson] != minutes[lesson]],
    }
