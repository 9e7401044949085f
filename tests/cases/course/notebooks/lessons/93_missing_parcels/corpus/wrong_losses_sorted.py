"""Give something else (sorted).

task: losses
score: 0
says: Subtract hour by hour, and keep every hour in its place.
"""


def losses(came, left):
    return [a - b for a, b in zip(sorted(came), sorted(left), strict=True)]
