"""Give something else (nothing).

task: losses
score: 0
says: Subtract hour by hour, and keep every hour in its place.
"""


def losses(came, left):
    return [0] * len(came)
