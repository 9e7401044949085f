"""Put all rows together.

task: rate_intervals
score: 0
says: Each row has its own rate and its own interval: return one for each.
"""

_rate_intervals = rate_intervals


def rate_intervals(rows, confidence):
    passed, asked = (sum(part) for part in zip(*rows, strict=True))
    return _rate_intervals([[passed, asked]], confidence)
