"""Work with the time at which the next attempt is due.

task: next_wait
"""

import math
from email.utils import parsedate_to_datetime


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        return math.nan
    return seconds if seconds >= 0 else math.nan


def _due(headers, now):
    soon = now + _seconds(headers.get("retry-after-ms", "")) / 1000
    if math.isfinite(soon):
        return soon
    text = headers.get("retry-after", "")
    later = now + _seconds(text)
    if math.isfinite(later):
        return later
    try:
        return max(now, parsedate_to_datetime(text).timestamp())
    except ValueError:
        return now


def next_wait(failed, headers, now, deadline, draw):
    due = _due(headers, now) + draw * ceiling(failed)
    return due - now if failed < 4 and deadline - due >= 1 else None
