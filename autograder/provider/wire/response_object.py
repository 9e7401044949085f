"""The response object: what a model said, in the shape of the Responses API."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from autograder.provider.completion import Completion, TokenLogprob, Usage
from autograder.provider.wire.response_request import ResponseRequest

__all__ = ["begun", "filled", "item_id", "usage_of"]

_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


def begun(request: ResponseRequest, response_id: str, model: str, at: float) -> dict[str, Any]:
    """Return a response that has no output yet, with every parameter as it was understood."""
    asked = request.model_dump(exclude_none=True, by_alias=True)
    reasoning = asked.get("reasoning", {})
    return {
        "id": response_id,
        "object": "response",
        "created_at": int(at),
        "status": "in_progress",
        "background": bool(request.background),
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "instructions": request.instructions,
        "max_output_tokens": request.max_output_tokens,
        "max_tool_calls": request.max_tool_calls,
        "metadata": dict(request.metadata or {}),
        "model": model,
        "output": [],
        "parallel_tool_calls": request.parallel_tool_calls is not False,
        "previous_response_id": request.previous_response_id,
        "prompt_cache_key": request.prompt_cache_key,
        "prompt_cache_retention": request.prompt_cache_retention,
        "reasoning": {"effort": reasoning.get("effort"), "summary": reasoning.get("summary")},
        "safety_identifier": request.safety_identifier,
        "service_tier": "default",
        "store": request.store is not False,
        "temperature": 1.0 if request.temperature is None else request.temperature,
        "text": _text(asked.get("text", {})),
        "tool_choice": asked.get("tool_choice", "auto"),
        "tools": [_tool(tool) for tool in asked.get("tools", [])],
        "top_logprobs": request.top_logprobs or 0,
        "top_p": 1.0 if request.top_p is None else request.top_p,
        "truncation": request.truncation or "disabled",
        "usage": None,
        "user": request.user,
    }


def filled(
    shown: dict[str, Any], completion: Completion, usage: Usage, at: float, include: Sequence[str]
) -> dict[str, Any]:
    """Return the response with its output, its usage and how it ended."""
    reason = _INCOMPLETE.get(completion.finish_reason)
    status = "incomplete" if reason else "completed"
    return {
        **shown,
        "status": status,
        "completed_at": None if reason else int(at),
        "incomplete_details": {"reason": reason} if reason else None,
        "output": _output(shown["id"], completion, status, include),
        "usage": usage_of(usage),
    }


def usage_of(usage: Usage) -> dict[str, Any]:
    """Return usage as the Responses API and a batch count it."""
    return {
        "input_tokens": usage.prompt,
        "input_tokens_details": {
            "cached_tokens": usage.cached,
            "cache_write_tokens": usage.cache_written,
        },
        "output_tokens": usage.completion,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.total,
    }


def item_id(prefix: str, *parts: object) -> str:
    """Return an id that is a function of its parts, 48 hexadecimal digits behind its prefix."""
    return f"{prefix}_{hashlib.sha256(repr(parts).encode()).hexdigest()[:48]}"


def _output(
    response_id: str, completion: Completion, status: str, include: Sequence[str]
) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    if completion.reasoning_tokens:
        items.append(_reasoning(response_id, include))
    if completion.text or completion.refusal or not completion.tool_calls:
        items.append(_message(response_id, completion, status))
    for call in completion.tool_calls:
        items.append(
            {
                "id": item_id("fc", response_id, call.id),
                "type": "function_call",
                "status": status,
                "call_id": call.id,
                "name": call.name,
                "arguments": call.arguments,
            }
        )
    return items


def _reasoning(response_id: str, include: Sequence[str]) -> dict[str, Any]:
    """Return the item of a model that reasoned; the practice models publish no thoughts."""
    item: dict[str, Any] = {"id": item_id("rs", response_id), "type": "reasoning", "summary": []}
    if "reasoning.encrypted_content" in include:
        item["encrypted_content"] = item_id("sealed", response_id)
    return item


def _message(response_id: str, completion: Completion, status: str) -> dict[str, Any]:
    part: dict[str, Any] = {
        "type": "output_text",
        "annotations": [],
        "logprobs": [_logprob(token) for token in completion.logprobs],
        "text": completion.text,
    }
    if completion.refusal:
        part = {"type": "refusal", "refusal": completion.refusal}
    return {
        "id": item_id("msg", response_id),
        "type": "message",
        "status": status,
        "content": [part],
        "role": "assistant",
    }


def _logprob(token: TokenLogprob) -> dict[str, Any]:
    return {
        **_weighed(token.token, token.logprob),
        "top_logprobs": [_weighed(text, logprob) for text, logprob in token.top],
    }


def _weighed(text: str, logprob: float) -> dict[str, Any]:
    return {"token": text, "bytes": list(text.encode("utf-8", "replace")), "logprob": logprob}


def _text(asked: dict[str, Any]) -> dict[str, Any]:
    form = asked.get("format", {"type": "text"})
    if form["type"] == "json_schema":
        form = {"strict": False, "description": None, **form}
    return {"format": form, "verbosity": asked.get("verbosity", "medium")}


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    return {"description": None, "parameters": {}, "strict": True, **tool}
