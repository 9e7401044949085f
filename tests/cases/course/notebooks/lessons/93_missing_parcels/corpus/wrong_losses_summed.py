"""Give something else (summed).

task: losses
score: 0
says: Subtract hour by hour, and keep every hour in its place.
"""


def losses(came, left):
    return sum(came) - sum(left)
