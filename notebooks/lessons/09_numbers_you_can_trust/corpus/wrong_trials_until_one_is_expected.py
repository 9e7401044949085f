"""Test as often as one failure is expected.

task: trials_needed
score: 0
says: With 1 / rate trials one failure is expected, and yet none is seen in more than a third of such runs.
"""

import math


def trials_needed(rate, confidence, allowed):
    return math.ceil((allowed + 1) / rate)
