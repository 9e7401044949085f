"""Compare the deadline with now.

task: next_wait
score: 0.75
says: What counts is the time at the end of the wait, not at its beginning.
"""

_wait = next_wait


def next_wait(failed, headers, now, deadline, draw):
    return None if now > deadline else _wait(failed, headers, now, float("inf"), draw)
