"""Look only at where lessons begin.

task: plan_faults
score: 0.5
says: You look at where a lesson begins; one that goes on after a later one has begun is out of order too.
"""


def plan_faults(plan, path, minutes, hours):
    overfull, late = [], set()
    planned = dict.fromkeys(path, 0)
    furthest = 0
    for number, week in enumerate(plan, start=1):
        for lesson, took in week:
            place = path.index(lesson)
            if place < furthest and not planned[lesson]:
                late.add(lesson)
            planned[lesson] += took
            furthest = max(furthest, place)
        if sum(took for _, took in week) > hours * 60:
            overfull.append(number)
    return {
        "overfull": overfull,
        "out_of_order": [lesson for lesson in path if lesson in late],
        "wrong_minutes": [lesson for lesson in path if planned[lesson] != minutes[lesson]],
    }
