"""Know the quota by one code only.

task: read_reply
score: 0.5..0.75
says: OpenAI names an empty account by four codes and, more broadly, by error.type.
"""

_read = read_reply


def read_reply(vendor, status, headers, body):
    if vendor == "openai" and status == 429:
        spent = body["error"].get("code") == "insufficient_quota"
        headers = headers if spent else {"x-should-retry": "true"}
        body = body if spent else {}
    return _read(vendor, status, headers, body)
