"""Return the plus or minus.

task: rate_intervals
score: 0
says: Return both ends of each interval, [low, high], not its half width.
"""

_rate_intervals = rate_intervals


def rate_intervals(rows, confidence):
    return [(high - low) / 2 for low, high in _rate_intervals(rows, confidence)]
