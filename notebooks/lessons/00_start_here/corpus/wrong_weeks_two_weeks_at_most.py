"""Let a lesson go on into one more week only.

task: plan_weeks
score: 0.5..0.75
says: You let a lesson go on once; a long one at few hours takes three weeks: repeat while minutes are left.
"""


def plan_weeks(path, minutes, done, hours):
    weeks = []
    size = room = round(hours * 60)
    week = []
    for lesson in path:
        left = 0 if lesson in done else minutes.get(lesson, 0)
        if left >= room:
            weeks.append([*week, [lesson, room]])
            left -= room
            week, room = [], size
        if left:
            week.append([lesson, left])
            room -= left
    return [*weeks, week] if week else weeks
