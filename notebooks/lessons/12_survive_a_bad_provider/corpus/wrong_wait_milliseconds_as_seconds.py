"""Read retry-after-ms as seconds.

task: next_wait
score: 0.75
says: retry-after-ms is in milliseconds.
"""

_wait = next_wait


def next_wait(failed, headers, now, deadline, draw):
    if "retry-after-ms" in headers and "retry-after" not in headers:
        headers = {"retry-after": headers["retry-after-ms"]}
    return _wait(failed, headers, now, deadline, draw)
