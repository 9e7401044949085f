"""Loop over the positions.

task: losses
"""


def losses(came, left):
    found = []
    for hour in range(len(came)):
        found.append(came[hour] - left[hour])
    return found
