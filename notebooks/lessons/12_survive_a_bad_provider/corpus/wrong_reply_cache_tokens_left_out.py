"""Read Anthropic's input_tokens as the whole input.

task: read_reply
score: 0.5..0.75
says: Anthropic counts cached tokens beside input_tokens, not inside: add both cache fields.
"""

_read = read_reply


def read_reply(vendor, status, headers, body):
    read = _read(vendor, status, headers, body)
    if vendor == "anthropic" and read["tokens"]:
        read["tokens"] = body["usage"]["input_tokens"] + body["usage"]["output_tokens"]
    return read
