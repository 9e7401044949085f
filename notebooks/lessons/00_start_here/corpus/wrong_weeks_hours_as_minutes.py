"""Give a week as many minutes as it has hours.

task: plan_weeks
score: 0.5
says: You give a week as many minutes as it has hours.
"""


def plan_weeks(path, minutes, done, hours):
    weeks = []
    room = 0
    for lesson in path:
        left = 0 if lesson in done else minutes.get(lesson, 0)
        while left:
            if not room:
                weeks.append([])
                room = max(1, int(hours))
            took = min(left, room)
            weeks[-1].append([lesson, took])
            left -= took
            room -= took
    return weeks
