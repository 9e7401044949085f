"""Begin a new week where a lesson does not fit.

task: plan_weeks
score: 0.5
says: You begin a new week where a lesson does not fit; a week is full to the minute, and the lesson goes on in the next.
"""


def plan_weeks(path, minutes, done, hours):
    weeks = [[]]
    for lesson in path:
        if lesson in done or lesson not in minutes:
            continue
        used = sum(took for _, took in weeks[-1])
        if weeks[-1] and used + minutes[lesson] > hours * 60:
            weeks.append([])
        weeks[-1].append([lesson, minutes[lesson]])
    return weeks
