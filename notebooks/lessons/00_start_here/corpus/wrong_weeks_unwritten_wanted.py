"""Expect minutes for every lesson.

task: plan_weeks
score: 0.5
says: A lesson that nobody has written has no minutes: your code stops there.
"""


def plan_weeks(path, minutes, done, hours):
    weeks = []
    room = 0
    for lesson in path:
        left = 0 if lesson in done else minutes[lesson]
        while left:
            if not room:
                weeks.append([])
                room = round(hours * 60)
            took = min(left, room)
            weeks[-1].append([lesson, took])
            left -= took
            room -= took
    return weeks
