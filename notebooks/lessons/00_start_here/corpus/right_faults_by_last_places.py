"""Compare the last entry of a lesson with the first of the later ones.

task: plan_faults
"""


def plan_faults(plan, path, minutes, hours):
    flat = [(lesson, took) for week in plan for lesson, took in week]
    first, last, total = {}, {}, dict.fromkeys(path, 0)
    for at, (lesson, took) in enumerate(flat):
        first.setdefault(lesson, at)
        last[lesson] = at
        total[lesson] += took
    late = []
    for at, lesson in enumerate(path):
        rest = [first[later] for later in path[at + 1 :] if later in first]
        if lesson in last and rest and min(rest) < last[lesson]:
            late.append(lesson)
    limit = hours * 60
    return {
        "overfull": [n for n, week in enumerate(plan, 1) if sum(t for _, t in week) > limit],
        "out_of_order": late,
        "wrong_minutes": [lesson for lesson in path if total[lesson] != minutes[lesson]],
    }
