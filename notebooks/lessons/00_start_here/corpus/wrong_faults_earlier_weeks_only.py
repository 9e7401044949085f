"""Compare weeks, and not the entries within one.

task: plan_faults
score: 0.75
says: You compare a lesson with earlier weeks; within one week, too, a later lesson may stand before it.
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
        furthest = max(furthest, *(path.index(lesson) for lesson, _ in week))
        if sum(took for _, took in week) > hours * 60:
            overfull.append(number)
    return {
        "overfull": overfull,
        "out_of_order": [lesson for lesson in path if lesson in late],
        "wrong_minutes": [lesson for lesson in path if planned[lesson] != minutes[lesson]],
    }
