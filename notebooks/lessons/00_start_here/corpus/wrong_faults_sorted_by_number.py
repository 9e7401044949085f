"""Return the lessons by number.

task: plan_faults
score: 0.5
says: You sort the lessons by number; they stand in the order of the path.
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
        "out_of_order": sorted(late),
        "wrong_minutes": sorted(name for name in path if planned[name] != minutes[name]),
    }
