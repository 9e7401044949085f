"""Map a lambda.

task: losses
"""


def losses(came, left):
    return list(map(lambda a, b: a - b, came, left))
