"""Give every lesson a week.

task: plan_weeks
score: 0.5
says: You give every lesson a week of its own, whatever its minutes and your hours.
"""


def plan_weeks(path, minutes, done, hours):
    return [[[one, minutes[one]]] for one in path if one in minutes and one not in done]
