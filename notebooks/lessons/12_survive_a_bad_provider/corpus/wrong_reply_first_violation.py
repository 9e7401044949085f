"""Read Gemini's first violation only.

task: read_reply
score: 0.75
says: A reply of Gemini's lists several violations; any PerDay among them means that the quota is gone.
"""

_read = read_reply


def read_reply(vendor, status, headers, body):
    if vendor == "gemini" and status == 429:
        for detail in body["error"]["details"]:
            detail["violations"] = detail.get("violations", [])[:1]
    return _read(vendor, status, headers, body)
