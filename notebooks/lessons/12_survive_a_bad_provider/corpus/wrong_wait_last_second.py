"""Give up where exactly one second is left.

task: next_wait
score: 0.75
says: Less than 1 second is too little; exactly 1 second is enough.
"""

_wait = next_wait


def next_wait(failed, headers, now, deadline, draw):
    return _wait(failed, headers, now, deadline - 0.001, draw)
