"""Say only whether there is a fault.

task: plan_faults
score: 0
says: You say whether there is a fault; who mends the plan needs to know where.
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
        "overfull": bool(overfull),
        "out_of_order": bool(late),
        "wrong_minutes": planned != minutes,
    }
