"""Remember one overfull week.

task: plan_faults
score: 0.5..0.75
says: You keep one overfull week; there may be several: append the number to a list.
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
            overfull = [number]
    return {
        "overfull": overfull,
        "out_of_order": [lesson for lesson in path if lesson in late],
        "wrong_minutes": [lesson for lesson in path if planned[lesson] != minutes[lesson]],
    }
