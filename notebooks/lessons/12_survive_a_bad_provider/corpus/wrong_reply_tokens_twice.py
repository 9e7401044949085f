"""Add OpenAI's cached and reasoning tokens once more.

task: read_reply
score: 0.5
says: OpenAI's details are parts of prompt_tokens and completion_tokens; adding them counts twice.
"""

_read = read_reply


def read_reply(vendor, status, headers, body):
    read = _read(vendor, status, headers, body)
    if vendor == "openai" and read["tokens"]:
        usage = body["usage"]
        read["tokens"] += usage["prompt_tokens_details"]["cached_tokens"]
        read["tokens"] += usage["completion_tokens_details"]["reasoning_tokens"]
    return read
