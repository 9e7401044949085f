"""Draw the whole wait, Retry-After included.

task: next_wait
score: 0.25
says: Jitter goes on top of what the server asked for; a share of Retry-After comes back too early.
"""

_wait = next_wait


def next_wait(failed, headers, now, deadline, draw):
    asked = _wait(failed, headers, now, float("inf"), 0.0)
    if asked is None or _wait(failed, headers, now, deadline, draw) is None:
        return None
    return draw * max(asked, min(3, 2 ** (failed - 1)))
