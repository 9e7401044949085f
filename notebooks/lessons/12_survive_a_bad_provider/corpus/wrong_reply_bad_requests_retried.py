"""Retry every error.

task: read_reply
score: 0
says: A request that is refused for what it is will be refused again: 400, 401, 403, 404 and 422 fail.
"""

_read = read_reply


def read_reply(vendor, status, headers, body):
    read = _read(vendor, status, headers, body)
    return read | {"verdict": "retry"} if status >= 400 else read
