"""Obey x-should-retry first.

task: read_reply
score: 0.25
says: The quota is looked at first: no header makes an empty account pay.
"""

_read = read_reply


def read_reply(vendor, status, headers, body):
    told = headers.get("x-should-retry")
    if status not in (0, 200) and told in ("true", "false"):
        return {"verdict": "retry" if told == "true" else "fail", "text": "", "tokens": 0}
    return _read(vendor, status, headers, body)
