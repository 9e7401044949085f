"""Hand on half an answer with its verdict.

task: read_reply
score: 0.25
says: A reply that hit a limit has no text for the caller: half an answer is repaired, not shown.
"""

_read = read_reply


def read_reply(vendor, status, headers, body):
    read = _read(vendor, status, headers, body)
    if read["verdict"] == "repair" and status == 200:
        read["text"] = str(body)
    return read
