"""Double for ever.

task: next_wait
score: 0..0.5
says: The ceiling stops growing at three seconds.
"""

_wait = next_wait


def next_wait(failed, headers, now, deadline, draw):
    wait = _wait(failed, headers, now, deadline, draw)
    return None if wait is None else wait + draw * (2 ** (failed - 1) - min(3, 2 ** (failed - 1)))
