"""Match the shapes of replies.

task: read_reply
"""


def read_reply(vendor, status, headers, body):
    def read(verdict, text="", tokens=0):
        return {"verdict": verdict, "text": text, "tokens": tokens}

    match status, body:
        case 0, _:
            return read("retry")
        case 200, dict():
            pass
        case 200, _:
            return read("retry")
        case 429, {"error": {"type": "insufficient_quota"} | {"code": "insufficient_quota"}}:
            return read("fail")
        case 429, {"error": {"code": str(code)}} if (
            code.endswith(("_exhausted", "limit_exceeded")) and "rate" not in code
        ):
            return read("fail")
        case 429, {"error": {"details": {"error_code": "enforced_spend_limit_reached"}}}:
            return read("fail")
        case 429, {"error": {"details": [*details]}} if any(
            "PerDay" in v["quotaId"] for d in details for v in d.get("violations", [])
        ):
            return read("fail")
        case _ if headers.get("x-should-retry") in ("true", "false"):
            return read("retry" if headers["x-should-retry"] == "true" else "fail")
        case (413, _) | (_, {"error": {"code": "context_length_exceeded"}}):
            return read("repair")
        case _:
            return read("retry" if status in (408, 409, 429) or status // 100 == 5 else "fail")
    usage = body.get("usage") or body.get("usageMetadata") or {}
    more = ("prompt_tokens_details", "completion_tokens_details", "total_tokens")
    less = ("cachedContentTokenCount", "totalTokenCount")
    paid = sum(count for name, count in usage.items() if name not in more + less)
    match body:
        case {"promptFeedback": {"blockReason": str()}}:
            return read("fail", tokens=paid)
        case {"choices": [{"message": {"refusal": str(words)}}, *_]} if words:
            return read("fail", tokens=paid)
        case {"choices": [{"finish_reason": end, "message": message}, *_]}:
            text = message.get("content") or ""
        case {"candidates": [{"finishReason": end, **candidate}, *_]}:
            parts = candidate.get("content", {}).get("parts", [])
            text = "".join(p["text"] for p in parts if not p.get("thought"))
        case {"stop_reason": end, "content": blocks}:
            text = "".join(b["text"] for b in blocks if b["type"] == "text")
        case _:
            return read("retry", tokens=paid)
    if end in ("stop", "end_turn", "stop_sequence", "STOP"):
        return read("answer", text, paid) if text else read("retry", tokens=paid)
    cut = end in ("length", "max_tokens", "model_context_window_exceeded", "MAX_TOKENS")
    return read("repair" if cut else "fail", tokens=paid)
