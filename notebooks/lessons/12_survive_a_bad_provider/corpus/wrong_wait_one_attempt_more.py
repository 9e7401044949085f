"""Count retries instead of attempts.

task: next_wait
score: 0.75
says: After four failures it is over: four attempts are three retries.
"""

_wait = next_wait


def next_wait(failed, headers, now, deadline, draw):
    return _wait(min(failed, 3) if failed == 4 else failed, headers, now, deadline, draw)
