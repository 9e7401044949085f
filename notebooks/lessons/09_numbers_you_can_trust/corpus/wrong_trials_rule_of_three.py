"""Use the rule of three, and its like at other confidences.

task: trials_needed
score: 0
says: The rule of three is an approximation, a little too many; the exact number solves (1 - rate) ** n.
"""

import math


def trials_needed(rate, confidence, allowed):
    if allowed:
        return math.ceil((allowed + 1) * 3 / rate)
    return math.ceil((3 if confidence == 0.95 else -math.log(1 - confidence)) / rate)
