"""Never claim anything.

task: claims_that_hold
score: 0
says: Silence is safe and useless: some of these claims hold.
"""


def claims_that_hold(comparisons, alpha):
    return {}
