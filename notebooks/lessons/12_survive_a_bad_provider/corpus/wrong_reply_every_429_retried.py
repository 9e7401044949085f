"""Come back after every 429.

task: read_reply
score: 0.25
says: One sort of 429 never ends by waiting: quota or money is gone, and each vendor says so elsewhere.
"""

_read = read_reply


def read_reply(vendor, status, headers, body):
    return _read(vendor, status, headers, {} if status == 429 else body)
