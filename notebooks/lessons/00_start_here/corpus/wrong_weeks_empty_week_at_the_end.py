"""Open the next week as soon as one is full.

task: plan_weeks
score: 0.5..0.75
says: You open a week as soon as one is full: where the plan ends there, the last week is empty.
"""


def plan_weeks(path, minutes, done, hours):
    weeks, room = [[]], hours * 60
    for lesson in path:
        left = 0 if lesson in done else minutes.get(lesson, 0)
        while left >= room:
            weeks[-1].append([lesson, room])
            left -= room
            weeks.append([])
            room = hours * 60
        if left:
            weeks[-1].append([lesson, left])
            room -= left
    return weeks
