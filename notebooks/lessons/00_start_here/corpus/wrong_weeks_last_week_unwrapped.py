"""Add the last week as bare entries.

task: plan_weeks
score: 0..0.25
says: Your last week is added entry by entry; write weeks + [week], so that it is a week too.
"""


def plan_weeks(path, minutes, done, hours):
    weeks, week, room = [], [], round(hours * 60)
    for lesson in path:
        left = 0 if lesson in done else minutes.get(lesson, 0)
        while left:
            took = min(left, room)
            week.append([lesson, took])
            left -= took
            room -= took
            if not room:
                weeks.append(week)
                week, room = [], round(hours * 60)
    return weeks + week
