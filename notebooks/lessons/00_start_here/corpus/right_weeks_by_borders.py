"""Lay lessons and weeks on one line, and intersect them.

task: plan_weeks
"""


def plan_weeks(path, minutes, done, hours):
    size, begin, spans = hours * 60, 0, []
    for lesson in path:
        if lesson in minutes and lesson not in done:
            spans.append((lesson, begin, begin + minutes[lesson]))
            begin += minutes[lesson]
    plan = []
    for week in range(math.ceil(begin / size)):
        low, high = week * size, (week + 1) * size
        plan.append(
            [[name, min(b, high) - max(a, low)] for name, a, b in spans if a < high and b > low]
        )
    return plan
