"""The chat completion object: what a model said, in the shape of the Chat Completions API."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from autograder.provider.completion import Completion, TokenLogprob, Usage
from autograder.provider.engine import Answer
from autograder.provider.prompt import ToolCall
from autograder.provider.wire.request import ChatRequest

__all__ = ["call_of", "completion_of", "finish_of", "logprobs_of", "usage_of"]


def completion_of(
    asked: ChatRequest, answer: Answer, model: str, request_id: str, at: float
) -> dict[str, Any]:
    """Return the object; its id follows from the request's."""
    return {
        "id": f"chatcmpl-{blake2b(request_id.encode(), digest_size=15).hexdigest()}",
        "object": "chat.completion",
        "created": int(at),
        "model": model,
        "choices": [_choice(number, said, asked) for number, said in enumerate(answer.completions)],
        "usage": usage_of(answer.usage),
        "service_tier": "default",
        "system_fingerprint": answer.fingerprint,
    }


def usage_of(usage: Usage) -> dict[str, Any]:
    """Return usage as Chat Completions counts it; of sound and predictions there is none."""
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": usage.total,
        "prompt_tokens_details": {
            "cached_tokens": usage.cached,
            "cache_write_tokens": usage.cache_written,
            "audio_tokens": 0,
        },
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def finish_of(said: Completion, asked: ChatRequest) -> str:
    """Return why a choice ended, with the name that an old `functions` request knows."""
    if said.finish_reason == "tool_calls" and asked.legacy:
        return "function_call"
    return said.finish_reason


def call_of(call: ToolCall) -> dict[str, Any]:
    """Return one call of a function."""
    return {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    }


def logprobs_of(tokens: Iterable[TokenLogprob]) -> dict[str, Any]:
    """Return the log probabilities of some tokens."""
    content = [
        {
            **_weighed(token.token, token.logprob),
            "top_logprobs": [_weighed(text, logprob) for text, logprob in token.top],
        }
        for token in tokens
    ]
    return {"content": content, "refusal": None}


def _choice(number: int, said: Completion, asked: ChatRequest) -> dict[str, Any]:
    message: dict[str, Any] = {
        "role": "assistant",
        "content": _content(said),
        "refusal": said.refusal or None,
        "annotations": [],
    }
    if said.tool_calls and asked.legacy:
        message["function_call"] = call_of(said.tool_calls[0])["function"]
    elif said.tool_calls:
        message["tool_calls"] = [call_of(call) for call in said.tool_calls]
    return {
        "index": number,
        "message": message,
        "logprobs": logprobs_of(said.logprobs) if asked.logprobs else None,
        "finish_reason": finish_of(said, asked),
    }


def _content(said: Completion) -> str | None:
    return said.text or (None if said.tool_calls or said.refusal else "")


def _weighed(token: str, logprob: float) -> dict[str, Any]:
    return {"token": token, "logprob": logprob, "bytes": list(token.encode("utf-8", "replace"))}
