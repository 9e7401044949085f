"""Count in steps of five minutes.

task: plan_weeks
score: 0
says: You count in steps of five minutes and lose what is left of a lesson.
"""


def plan_weeks(path, minutes, done, hours):
    weeks = []
    room = 0
    for lesson in path:
        left = 0 if lesson in done else minutes.get(lesson, 0) // 5 * 5
        while left:
            if not room:
                weeks.append([])
                room = round(hours * 60)
            took = min(left, room)
            weeks[-1].append([lesson, took])
            left -= took
            room -= took
    return weeks
