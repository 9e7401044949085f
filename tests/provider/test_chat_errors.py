"""Bad chat requests get the error that the real API gives."""

from __future__ import annotations

from typing import Any

import openai
import pytest

USER = {"role": "user", "content": "hi"}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
ASKS = {"role": "assistant", "content": None, "tool_calls": [CALL]}
TOOL = {"type": "function", "function": {"name": "f"}}
OPEN = {"type": "object", "properties": {"a": {"type": "string"}}}
OK: dict[str, Any] = {"model": "practice-small", "messages": [USER]}


def schema(inner: Any) -> dict[str, Any]:
    named = {"name": "reply", "strict": True, "schema": inner}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


# What is changed in a good request; the error's param and code, and a part of its message.
REFUSED: list[tuple[dict[str, Any], str | None, str | None, str]] = [
    ({"model": None}, None, None, "you must provide a model parameter"),
    ({"messages": None}, "messages", "invalid_type", "expected an array, but got null"),
    ({"messages": "hi"}, "messages", "invalid_type", "expected an array, but got a string"),
    ({"messages": []}, "messages", "empty_array", "Expected an array with minimum length 1"),
    ({"messages": ["hi"]}, "messages[0]", "invalid_type", "expected an object"),
    ({"messages": [{}]}, "messages[0].role", "missing_required_parameter", "Missing required"),
    ({"messages": [{**USER, "role": "x"}]}, "messages[0].role", "invalid_value", "'developer'."),
    (
        {"messages": [{**USER, "content": 3}]},
        "messages[0].content",
        "invalid_type",
        "one of a string or an array, but got an integer",
    ),
    ({"messages": [{"role": "user"}]}, "messages[0].content", None, "expected a string, got null"),
    (
        {"messages": [{**USER, "content": [{"type": "text"}]}]},
        "messages[0].content[0].text",
        "missing_required_parameter",
        "Missing required parameter",
    ),
    (
        {"messages": [{**USER, "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
        "messages.[0].content.[0].type",
        None,
        "image_url is only supported by certain models",
    ),
    ({"messages": [{**USER, "x": 1}]}, "messages[0].x", "unknown_parameter", "Unknown parameter"),
    (
        {"messages": [USER, {"role": "tool", "content": "4", "tool_call_id": "c1"}]},
        "messages.[1].role",
        None,
        "must be a response to a preceeding message with 'tool_calls'",
    ),
    (
        {"messages": [USER, ASKS, {"role": "tool", "content": "4", "tool_call_id": "c2"}]},
        "messages.[2].tool_call_id",
        None,
        "'tool_call_id' of 'c2' not found",
    ),
    ({"messages": [USER, ASKS]}, "messages.[2].role", None, "did not have response messages: c1"),
    (
        {"messages": [USER, ASKS, {"role": "tool", "content": "4"}]},
        "messages[2].tool_call_id",
        "missing_required_parameter",
        "Missing required",
    ),
    ({"top_k": 3}, None, None, "Unrecognized request argument supplied: top_k"),
    ({"b": 1, "a": 2}, None, None, "Unrecognized request arguments supplied: a, b"),
    ({"temperature": "1"}, "temperature", "invalid_type", "expected a decimal, but got a string"),
    ({"temperature": 2.5}, "temperature", "decimal_above_max_value", "<= 2, but got 2.5 instead"),
    ({"top_p": -1}, "top_p", "decimal_below_min_value", ">= 0, but got -1 instead"),
    ({"n": 0}, "n", "integer_below_min_value", "Expected a value >= 1, but got 0 instead"),
    ({"n": 129}, "n", "integer_above_max_value", "<= 128"),
    ({"n": True}, "n", "invalid_type", "expected an integer, but got a boolean"),
    ({"n": 1.5}, "n", "invalid_type", "but got a decimal number"),
    ({"stop": list("abcde")}, "stop", "array_above_max_length", "maximum length 4"),
    ({"stop": 3}, "stop", "invalid_type", "one of a string or an array"),
    ({"max_tokens": 0}, "max_tokens", "integer_below_min_value", "Expected a value >= 1"),
    (
        {"max_tokens": 16385},
        "max_tokens",
        "invalid_value",
        "This model supports at most 16384 completion tokens, whereas you provided 16385",
    ),
    (
        {"max_tokens": 5, "max_completion_tokens": 5},
        "max_tokens",
        "invalid_parameter_combination",
        "at the same time",
    ),
    ({"top_logprobs": 2}, "top_logprobs", None, "only allowed when 'logprobs' is enabled"),
    (
        {"logprobs": True, "top_logprobs": 21},
        "top_logprobs",
        "integer_above_max_value",
        "<= 20",
    ),
    ({"stream": "yes"}, "stream", "invalid_type", "expected a boolean, but got a string"),
    ({"stream_options": {}}, "stream_options", None, "only allowed when 'stream' is enabled"),
    ({"tool_choice": "auto"}, "tool_choice", None, "only allowed when 'tools' are specified"),
    ({"parallel_tool_calls": True}, "parallel_tool_calls", None, "only allowed when 'tools'"),
    ({"tools": []}, "tools", "empty_array", "empty array"),
    (
        {"tools": [{"type": "function", "function": {"name": "a b"}}]},
        "tools[0].function.name",
        "invalid_value",
        "pattern '^[a-zA-Z0-9_-]+$'",
    ),
    (
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"a": 1}}}]},
        "tools[0].function.parameters",
        "invalid_function_parameters",
        "Invalid schema for function 'f': schema must be a JSON Schema of 'type: \"object\"'",
    ),
    (
        {"tools": [TOOL], "tool_choice": {"type": "function"}},
        "tool_choice.function",
        "missing_required_parameter",
        "Missing required",
    ),
    (
        {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "g"}}},
        "tool_choice",
        None,
        "no function named g",
    ),
    ({"tools": [TOOL], "tool_choice": "g"}, "tool_choice", "invalid_value", "'required'."),
    ({"response_format": "json"}, "response_format", "invalid_type", "expected an object"),
    ({"response_format": {}}, "response_format.type", "missing_required_parameter", "Missing"),
    (
        {"response_format": {"type": "json_object"}},
        "messages",
        None,
        "must contain the word 'json' in some form",
    ),
    (schema({**OPEN, "required": ["a"]}), "response_format", None, "'additionalProperties' is"),
    (
        schema({**OPEN, "additionalProperties": False}),
        "response_format",
        None,
        "In context=(), 'required' is required to be supplied and to be an array including every "
        "key in properties. Missing 'a'.",
    ),
    (schema({"type": "array", "items": {}}), "response_format", None, "got 'type: \"array\"'"),
    ({"reasoning_effort": "low"}, None, None, "supplied: reasoning_effort"),
    ({"metadata": {"a": 1}}, "metadata.a", "invalid_type", "expected a string"),
    ({"seed": 2**63}, "seed", "integer_above_max_value", "9223372036854775807"),
    ({"logit_bias": {"the": 1}}, "logit_bias", None, "non-negative integers"),
    ({"modalities": ["audio"]}, "modalities[0]", "invalid_value", "'audio'"),
    (
        {"messages": [{"role": "user", "content": "word " * 130_000}]},
        "messages",
        "context_length_exceeded",
        "maximum context length is 128000 tokens. However, your messages resulted in 130006 tokens",
    ),
    (
        {"messages": [{"role": "user", "content": "word " * 127_000}], "max_tokens": 2000},
        "messages",
        "context_length_exceeded",
        "you requested 129006 tokens (127006 in the messages, 2000 in the completion)",
    ),
]


@pytest.mark.parametrize(
    ("change", "param", "code", "message"), REFUSED, ids=[one[3][:40] for one in REFUSED]
)
def test_a_bad_request_is_refused_in_the_api_s_words(
    practice: Any, change: dict[str, Any], param: str | None, code: str | None, message: str
) -> None:
    """Status, type, param, code and message are those of the real API."""
    reply = practice.http.post("/chat/completions", json={**OK, **change})
    assert reply.status_code == 400
    error = reply.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", param, code)
    assert message in error["message"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"n": NaN}', b"[" * 100_000, b'{"model": "\\ud800"}']
)
def test_what_is_no_json_is_refused(practice: Any, body: bytes) -> None:
    """Broken text, NaN, half a surrogate pair and endless nesting are no JSON."""
    kind = {"content-type": "application/json"}
    reply = practice.http.post("/chat/completions", content=body, headers=kind)
    assert reply.status_code == 400
    assert "could not parse the JSON body" in reply.json()["error"]["message"]


def test_the_sdk_raises_what_it_raises_for_the_real_api(practice: Any) -> None:
    """Each status becomes the SDK's own exception, with its fields."""
    create = practice.client.chat.completions.create
    with pytest.raises(openai.BadRequestError) as bad:
        create(**OK, temperature=3)
    assert (bad.value.param, bad.value.code) == ("temperature", "decimal_above_max_value")
    with pytest.raises(openai.NotFoundError) as unknown:
        create(**{**OK, "model": "gpt-9"})
    assert unknown.value.code == "model_not_found"
    assert "The model `gpt-9` does not exist" in unknown.value.message
    with pytest.raises(openai.NotFoundError, match="not a chat model"):
        create(**{**OK, "model": "practice-embed"})
    with pytest.raises(openai.AuthenticationError) as wrong:
        practice.client.with_options(api_key="invalid").chat.completions.create(**OK)
    assert wrong.value.code == "invalid_api_key"
    assert bad.value.request_id.startswith("req_")


def test_a_request_without_a_key_is_refused(practice: Any) -> None:
    """Any key will do, none will not; the page outside /v1 needs none."""
    for given in ("", "Bearer", "Basic abc"):
        reply = practice.http.post("/chat/completions", json=OK, headers={"authorization": given})
        assert reply.status_code == 401
        assert "You didn't provide an API key" in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/nothing", 404, "Invalid URL (GET /v1/nothing)"),
        ("POST", "/chat/completions/", 404, "Invalid URL (POST /v1/chat/completions/)"),
        ("PUT", "/chat/completions", 405, "Not allowed to PUT on /v1/chat/completions."),
        ("GET", "/chat/completions/none", 404, "not found"),
    ],
)
def test_other_addresses_get_the_api_s_errors(
    practice: Any, method: str, path: str, status: int, message: str
) -> None:
    """An unknown path, a wrong method and an unknown id have JSON bodies, too."""
    reply = practice.http.request(method, path)
    assert reply.status_code == status
    assert message in reply.json()["error"]["message"]


def test_another_content_type_is_refused(practice: Any) -> None:
    """415, with the type that came."""
    kind = {"content-type": "text/plain"}
    reply = practice.http.post("/chat/completions", content=b"{}", headers=kind)
    assert reply.status_code == 415
    assert reply.json()["error"]["code"] == "unsupported_content_type"


def test_a_refusal_is_in_the_ledger_and_was_not_carried_out(practice: Any) -> None:
    """What was refused has its status and reply there, and cost nothing."""
    practice.http.post("/chat/completions", json={**OK, "n": 0})
    (call,) = practice.provider.ledger
    assert (call.status, call.executed, call.delivered) == (400, False, True)
    assert (call.usage, call.price) == (None, None)
    assert call.reply["error"]["param"] == "n"
