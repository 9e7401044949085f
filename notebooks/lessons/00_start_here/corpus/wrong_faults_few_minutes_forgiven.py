"""Forgive a lesson that is off by a few minutes.

task: plan_faults
score: 0..0.75
says: A lesson whose minutes are off by a few is wrong, too.
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
        if sum(took for _, took in week) > hours * 60:
            overfull.append(number)
    return {
        "overfull": overfull,
        "out_of_order": [lesson for lesson in path if lesson in late],
        "wrong_minutes": [lesson for lesson in path if abs(planned[lesson] - minutes[lesson]) > 4],
    }
