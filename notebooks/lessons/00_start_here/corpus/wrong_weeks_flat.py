"""Return one list of entries.

task: plan_weeks
score: 0
says: You return entries; a plan is a list of weeks, and a week a list of entries.
"""


def plan_weeks(path, minutes, done, hours):
    weeks = []
    room = 0
    for lesson in path:
        left = 0 if lesson in done else minutes.get(lesson, 0)
        while left:
            if not room:
                weeks.append([])
                room = round(hours * 60)
            took = min(left, room)
            weeks[-1].append([lesson, took])
            left -= took
            room -= took
    return [entry for week in weeks for entry in week]
