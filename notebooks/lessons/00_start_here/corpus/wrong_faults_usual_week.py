"""Call a week overfull that is longer than the usual one.

task: plan_faults
score: 0.5..0.75
says: You compare weeks with each other; a plan in which all are too full passes. Compare with the hours.
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
    sums = [sum(took for _, took in week) for week in plan]
    usual = Counter(sums).most_common(1)[0][0]
    return {
        "overfull": [number for number, size in enumerate(sums, 1) if size > usual],
        "out_of_order": [lesson for lesson in path if lesson in late],
        "wrong_minutes": [lesson for lesson in path if planned[lesson] != minutes[lesson]],
    }
