"""Compare every entry with all that stand before it.

task: plan_faults
"""


def plan_faults(plan, path, minutes, hours):
    order = [lesson for week in plan for lesson, _ in week]
    place = {lesson: at for at, lesson in enumerate(path)}
    late = {
        order[j] for j in range(len(order)) for i in range(j) if place[order[i]] > place[order[j]]
    }
    total = Counter()
    for week in plan:
        for lesson, took in week:
            total[lesson] += took
    sums = [sum(took for _, took in week) for week in plan]
    return {
        "overfull": [number + 1 for number, size in enumerate(sums) if size > 60 * hours],
        "out_of_order": sorted(late, key=path.index),
        "wrong_minutes": [lesson for lesson in path if total[lesson] != minutes[lesson]],
    }
