"""Try one reader after the other.

task: next_wait
"""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def next_wait(failed, headers, now, deadline, draw):
    def date(text):
        moment = parsedate_to_datetime(text) - datetime.fromtimestamp(now, UTC)
        return max(0.0, moment.total_seconds())

    readers = [
        ("retry-after-ms", lambda text: float(text) / 1000),
        ("retry-after", float),
        ("retry-after", date),
    ]
    asked = 0.0
    for name, read in readers:
        try:
            found = read(headers[name])
        except (KeyError, ValueError, TypeError):
            continue
        if math.isfinite(found) and found >= 0:
            asked = found
            break
    wait = asked + draw * min(3, 2 ** (failed - 1))
    if failed >= 4 or deadline - (now + wait) < 1:
        return None
    return wait
