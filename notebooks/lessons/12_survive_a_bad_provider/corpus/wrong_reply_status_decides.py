"""Take every 200 for an answer.

task: read_reply
score: 0
says: Status 200 says that somebody replied, not that the answer is whole: read how it ended.
"""

_read = read_reply


def read_reply(vendor, status, headers, body):
    read = _read(vendor, status, headers, body)
    return read | {"verdict": "answer"} if status == 200 else read
