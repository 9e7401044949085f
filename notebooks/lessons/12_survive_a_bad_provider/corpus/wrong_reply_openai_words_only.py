"""Know OpenAI's end words only.

task: read_reply
score: 0.5
says: Each vendor has its own words for a whole answer and for a limit; see the table.
"""

_read = read_reply


def read_reply(vendor, status, headers, body):
    read = _read(vendor, status, headers, body)
    if status == 200 and vendor != "openai" and read["verdict"] in ("answer", "repair"):
        return read | {"verdict": "fail", "text": ""}
    return read
