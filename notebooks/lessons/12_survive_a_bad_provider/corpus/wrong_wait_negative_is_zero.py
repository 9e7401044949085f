"""Take a negative number for zero.

task: next_wait
score: 0.75
says: A negative retry-after-ms counts as absent, so retry-after decides.
"""

_wait = next_wait


def next_wait(failed, headers, now, deadline, draw):
    if headers.get("retry-after-ms", "").startswith("-"):
        headers = headers | {"retry-after-ms": "0"}
    return _wait(failed, headers, now, deadline, draw)
