"""Take every week for one of so many hours and a half.

task: plan_faults
score: 0..0.75
says: You take every number of hours for one that ends in a half.
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
        if sum(took for _, took in week) > int(hours) * 60 + 30:
            overfull.append(number)
    return {
        "overfull": overfull,
        "out_of_order": [lesson for lesson in path if lesson in late],
        "wrong_minutes": [lesson for lesson in path if planned[lesson] != minutes[lesson]],
    }
