"""Take the lessons in the order of their numbers.

task: plan_weeks
score: 0.5
says: You take lessons in the order of their numbers; the path has an order of its own.
"""


def plan_weeks(path, minutes, done, hours):
    weeks = []
    room = 0
    for lesson in sorted(path):
        left = 0 if lesson in done else minutes.get(lesson, 0)
        while left:
            if not room:
                weeks.append([])
                room = round(hours * 60)
            took = min(left, room)
            weeks[-1].append([lesson, took])
            left -= took
            room -= took
    return weeks
