"""Wait exactly as long as was asked for.

task: next_wait
score: 0.25
says: Everybody was told the same time; without jitter on top all come back together.
"""

_wait = next_wait


def next_wait(failed, headers, now, deadline, draw):
    asked = _wait(failed, headers, now, deadline, 0.0)
    return asked if asked else _wait(failed, headers, now, deadline, draw)
