"""Take every week for one of so many hours and a half.

task: plan_weeks
score: 0.25..0.75
says: You take every number of hours for one that ends in a half.
"""


def plan_weeks(path, minutes, done, hours):
    weeks = []
    room = 0
    for lesson in path:
        left = 0 if lesson in done else minutes.get(lesson, 0)
        while left:
            if not room:
                weeks.append([])
                room = int(hours) * 60 + 30
            took = min(left, room)
            weeks[-1].append([lesson, took])
            left -= took
            room -= took
    return weeks
