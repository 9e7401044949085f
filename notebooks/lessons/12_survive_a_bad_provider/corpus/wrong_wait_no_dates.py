"""Read Retry-After as a number only.

task: next_wait
score: 0.75
says: Retry-After may also be an HTTP date, which counts from now.
"""

_wait = next_wait


def next_wait(failed, headers, now, deadline, draw):
    if "GMT" in headers.get("retry-after", ""):
        headers = {}
    return _wait(failed, headers, now, deadline, draw)
