"""Give something else (swapped).

task: losses
score: 0
says: Subtract hour by hour, and keep every hour in its place.
"""


def losses(came, left):
    return [b - a for a, b in zip(came, left, strict=True)]
