"""Look every vendor's words up in one table.

task: read_reply
"""

TABLE = {
    "openai": {
        "whole": {"stop"},
        "limit": {"length"},
        "paid": ["prompt_tokens", "completion_tokens"],
        "usage": "usage",
    },
    "anthropic": {
        "whole": {"end_turn", "stop_sequence"},
        "limit": {"max_tokens", "model_context_window_exceeded"},
        "paid": [
            "input_tokens",
            "output_tokens",
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
        ],
        "usage": "usage",
    },
    "gemini": {
        "whole": {"STOP"},
        "limit": {"MAX_TOKENS"},
        "paid": ["promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount"],
        "usage": "usageMetadata",
    },
}


def dig(value, *path):
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def spent(vendor, body):
    if vendor == "openai":
        error = body["error"] if isinstance(body, dict) else {}
        return bool({error.get("type"), error.get("code")} & {"insufficient_quota", *SPENT})
    if vendor == "anthropic":
        return dig(body, "error", "details", "error_code") == "enforced_spend_limit_reached"
    return "PerDay" in str(dig(body, "error", "details"))


def ended(vendor, body):
    """Return end word, text and refusal; None for each that is not there."""
    if vendor == "openai":
        message = dig(body, "choices", 0, "message")
        end = dig(body, "choices", 0, "finish_reason")
        return end, dig(message, "content"), dig(message, "refusal")
    if vendor == "anthropic":
        texts = [b.get("text", "") for b in body.get("content", []) if b["type"] == "text"]
        return body.get("stop_reason"), "".join(texts), None
    parts = dig(body, "candidates", 0, "content", "parts") or []
    text = "".join(p["text"] for p in parts if not p.get("thought"))
    return (
        dig(body, "candidates", 0, "finishReason"),
        text,
        dig(body, "promptFeedback", "blockReason"),
    )


def read_reply(vendor, status, headers, body):
    row, text, tokens = TABLE[vendor], "", 0
    if status == 0:
        verdict = "retry"
    elif status != 200:
        told = {"true": "retry", "false": "fail"}.get(headers.get("x-should-retry"))
        long = dig(body, "error", "code") == "context_length_exceeded"
        if status == 429 and spent(vendor, body):
            verdict = "fail"
        elif told:
            verdict = told
        elif status == 413 or long:
            verdict = "repair"
        else:
            verdict = "retry" if status in {408, 409, 429} | set(range(500, 600)) else "fail"
    elif not isinstance(body, dict):
        verdict = "retry"
    else:
        usage = body.get(row["usage"], {})
        tokens = sum(usage.get(name, 0) for name in row["paid"])
        end, said, refused = ended(vendor, body)
        if refused:
            verdict = "fail"
        elif end is None or (end in row["whole"] and not said):
            verdict = "retry"
        elif end in row["whole"]:
            verdict, text = "answer", said
        else:
            verdict = "repair" if end in row["limit"] else "fail"
    return {"verdict": verdict, "text": text, "tokens": tokens}
