"""Decide errors by status alone.

task: read_reply
score: 0.75
says: x-should-retry outranks the table of statuses: the server knows whether its own failure lasts.
"""

_read = read_reply


def read_reply(vendor, status, headers, body):
    return _read(vendor, status, {}, body)
