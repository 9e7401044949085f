"""Write every minute down, and cut the list by weeks.

task: plan_weeks
"""

from itertools import groupby


def plan_weeks(path, minutes, done, hours):
    every = [one for one in path if one not in done for _ in range(minutes.get(one, 0))]
    size = int(hours * 60)
    cuts = [every[at : at + size] for at in range(0, len(every), size)]
    return [[[lesson, len(list(run))] for lesson, run in groupby(cut)] for cut in cuts]
