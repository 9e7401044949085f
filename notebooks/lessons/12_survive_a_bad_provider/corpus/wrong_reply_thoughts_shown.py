"""Join all of Gemini's parts.

task: read_reply
score: 0.5..0.75
says: A part with thought: true is the model's reasoning, not its answer.
"""

_read = read_reply


def read_reply(vendor, status, headers, body):
    if vendor == "gemini" and isinstance(body, dict):
        for reply in body.get("candidates", []):
            for part in reply["content"]["parts"]:
                part.pop("thought", None)
    return _read(vendor, status, headers, body)
