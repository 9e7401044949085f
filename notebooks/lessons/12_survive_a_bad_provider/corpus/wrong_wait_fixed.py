"""Sleep one second, always.

task: next_wait
score: 0
says: A fixed wait neither grows nor spreads: use draw and ceiling(failed).
"""


def next_wait(failed, headers, now, deadline, draw):
    return 1.0 if failed < 4 and now + 2 <= deadline else None
