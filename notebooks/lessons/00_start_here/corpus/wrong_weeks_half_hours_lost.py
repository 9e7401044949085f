"""Round the hours down.

task: plan_weeks
score: 0.5
says: You round the hours down before you multiply: 2.5 hours are 150 minutes.
"""


def plan_weeks(path, minutes, done, hours):
    weeks = []
    room = 0
    for lesson in path:
        left = 0 if lesson in done else minutes.get(lesson, 0)
        while left:
            if not room:
                weeks.append([])
                room = int(hours) * 60
            took = min(left, room)
            weeks[-1].append([lesson, took])
            left -= took
            room -= took
    return weeks
