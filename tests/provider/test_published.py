"""What leaves the provider has what OpenAI's published description of its API requires.

The rows below are facts out of that document: the required fields of each
schema that is served, its constants and the values of its enumerations. They
stand here in a form of our own, without the document's text.

Source: OpenAI's OpenAPI document, version 2.3.0, from the repository
openai/openai-openapi (MIT licence), read on 21 November 2026 in the copy
`openapi.with-code-samples.yml` of MacPaw/OpenAI at commit
8efc593922fdddf9784ee4f045ff7d54e3079b60. The copy says of itself that mappings
of discriminators were added and nothing else was changed; the newest model
that it dates is of 17 March 2026. To renew a row, read the schema of its name
under `components/schemas` of a newer document.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2
import numpy as np
import pytest

from autograder.provider import vectors
from autograder.provider.clock import VirtualClock
from autograder.provider.engine import Provider
from autograder.provider.server import serve
from autograder.provider.vectors import DIMENSIONS, Encoder

CATEGORIES: Final = (
    "hate hate/threatening harassment harassment/threatening illicit illicit/violent self-harm "
    "self-harm/intent self-harm/instructions sexual sexual/minors violence violence/graphic"
)
READ_OFF_IMAGES: Final = (
    "self-harm self-harm/intent self-harm/instructions sexual violence violence/graphic"
)
FINISH: Final = {"stop", "length", "tool_calls", "content_filter", "function_call"}
ITEM: Final = {"in_progress", "completed", "incomplete"}
BATCH: Final = "validating failed in_progress finalizing completed expired cancelling cancelled"
PURPOSES: Final = (
    "assistants assistants_output batch batch_output fine-tune fine-tune-results vision user_data"
)
TIERS: Final = {"auto", "default", "flex", "scale", "priority", None}
PAGE: Final = "object data first_id last_id has_more"


@dataclass(frozen=True)
class Row:
    """What a schema requires: fields, the values that some may have, the schemas inside.

    Where several schemas may stand inside, the constant of `type` says which it is.
    """

    required: str
    values: Mapping[str, Collection[str | None]] = field(default_factory=dict)
    inside: Mapping[str, str] = field(default_factory=dict)


def of_type(name: str, required: str, **inside: str) -> Row:
    """Return the row of a schema that is told apart by its type."""
    return Row(f"type {required}", {"type": {name}}, inside)


PART: Final = "sequence_number item_id output_index"
EVENTS: Final = {
    name: of_type(name, required, **inside)
    for name, required, inside in (
        *(
            (f"response.{what}", "sequence_number response", {"response": "Response"})
            for what in ("created", "in_progress", "completed", "incomplete")
        ),
        *(
            (f"response.output_item.{what}", "sequence_number output_index item", {"item": "Item"})
            for what in ("added", "done")
        ),
        *(
            (f"response.content_part.{what}", f"{PART} content_index part", {"part": "Content"})
            for what in ("added", "done")
        ),
        ("response.output_text.delta", f"{PART} content_index delta logprobs", {"logprobs": "Log"}),
        ("response.output_text.done", f"{PART} content_index text logprobs", {"logprobs": "Log"}),
        ("response.refusal.delta", f"{PART} content_index delta", {}),
        ("response.refusal.done", f"{PART} content_index refusal", {}),
        ("response.function_call_arguments.delta", f"{PART} delta", {}),
        ("response.function_call_arguments.done", f"{PART} name arguments", {}),
    )
}
CHAT: Final = {
    "CreateChatCompletionResponse": Row(
        "choices created id model object",
        {"object": {"chat.completion"}, "service_tier": TIERS},
        {"choices": "choice", "usage": "CompletionUsage"},
    ),
    "choice": Row(
        "finish_reason index message logprobs",
        {"finish_reason": FINISH},
        {"message": "ChatCompletionResponseMessage", "logprobs": "logprobs"},
    ),
    "ChatCompletionResponseMessage": Row(
        "role content refusal",
        {"role": {"assistant"}},
        {"tool_calls": "ChatCompletionMessageToolCall", "function_call": "function"},
    ),
    "ChatCompletionMessageToolCall": of_type("function", "id function", function="function"),
    "function": Row("name arguments"),
    "logprobs": Row("content refusal", {}, {"content": "ChatCompletionTokenLogprob"}),
    "ChatCompletionTokenLogprob": Row(
        "token logprob bytes top_logprobs", {}, {"top_logprobs": "TopLogProb"}
    ),
    "CompletionUsage": Row("prompt_tokens completion_tokens total_tokens"),
    "CreateChatCompletionStreamResponse": Row(
        "choices created id model object",
        {"object": {"chat.completion.chunk"}, "service_tier": TIERS},
        {"choices": "streamed choice", "usage": "CompletionUsage"},
    ),
    "streamed choice": Row(
        "delta finish_reason index",
        {"finish_reason": {*FINISH, None}},
        {"delta": "ChatCompletionStreamResponseDelta", "logprobs": "logprobs"},
    ),
    "ChatCompletionStreamResponseDelta": Row(
        "",
        {"role": {"developer", "system", "user", "assistant", "tool"}},
        {"tool_calls": "ChatCompletionMessageToolCallChunk"},
    ),
    "ChatCompletionMessageToolCallChunk": Row("index", {"type": {"function"}}),
}
RESPONSES: Final = {
    "Response": Row(
        "id object created_at error incomplete_details instructions model tools output "
        "parallel_tool_calls metadata tool_choice temperature top_p",
        {
            "object": {"response"},
            "status": {*ITEM, "failed", "cancelled", "queued"},
            "service_tier": TIERS,
            "truncation": {"auto", "disabled", None},
        },
        {"output": "Item", "usage": "ResponseUsage", "incomplete_details": "incomplete_details"},
    ),
    "incomplete_details": Row("", {"reason": {"max_output_tokens", "content_filter"}}),
    "ResponseUsage": Row(
        "input_tokens input_tokens_details output_tokens output_tokens_details total_tokens",
        {},
        {"input_tokens_details": "read", "output_tokens_details": "written"},
    ),
    "read": Row("cached_tokens"),
    "written": Row("reasoning_tokens"),
    "OutputMessage": Row(
        "id type role content status",
        {"type": {"message"}, "role": {"assistant"}, "status": ITEM},
        {"content": "Content"},
    ),
    "FunctionToolCall": Row(
        "type call_id name arguments", {"type": {"function_call"}, "status": ITEM}
    ),
    "ReasoningItem": of_type("reasoning", "id summary"),
    "OutputTextContent": of_type("output_text", "text annotations logprobs", logprobs="LogProb"),
    "RefusalContent": of_type("refusal", "refusal"),
    "LogProb": Row("token logprob bytes top_logprobs", {}, {"top_logprobs": "TopLogProb"}),
    "TopLogProb": Row("token logprob bytes"),
    "Log": Row("token logprob"),  # ResponseLogProb
    "ResponseItemList": Row(PAGE, {"object": {"list"}}, {"data": "Input"}),
    "InputMessageResource": Row(
        "type id role content",
        {"type": {"message"}, "role": {"user", "system", "developer"}, "status": ITEM},
        {"content": "InputTextContent"},
    ),
    "InputTextContent": of_type("input_text", "text"),
    "FunctionToolCallResource": Row(
        "type call_id name arguments id status", {"type": {"function_call"}, "status": ITEM}
    ),
    "FunctionToolCallOutputResource": Row(
        "type call_id output id status", {"type": {"function_call_output"}, "status": ITEM}
    ),
    "TokenCountsResource": Row("object input_tokens", {"object": {"response.input_tokens"}}),
    "CompactResource": Row(
        "id object output created_at usage",
        {"object": {"response.compaction"}},
        {"output": "CompactionBody", "usage": "ResponseUsage"},
    ),
    "CompactionBody": of_type("compaction", "id encrypted_content"),
}
OTHERS: Final = {
    "CreateEmbeddingResponse": Row(
        "object model data usage",
        {"object": {"list"}},
        {"data": "Embedding", "usage": "tokens read"},
    ),
    "tokens read": Row("prompt_tokens total_tokens"),
    "Embedding": Row("index object embedding", {"object": {"embedding"}}),
    "ListModelsResponse": Row("object data", {"object": {"list"}}, {"data": "Model"}),
    "Model": Row("id object created owned_by", {"object": {"model"}}),
    "DeleteModelResponse": Row("id object deleted"),
    "CreateModerationResponse": Row("id model results", {}, {"results": "result"}),
    "result": Row(
        "flagged categories category_scores category_applied_input_types",
        {},
        {
            "categories": "by category",
            "category_scores": "by category",
            "category_applied_input_types": "by category",
        },
    ),
    "by category": Row(CATEGORIES),
    "OpenAIFile": Row(
        "id object bytes created_at filename purpose status",
        {
            "object": {"file"},
            "purpose": PURPOSES.split(),
            "status": {"uploaded", "processed", "error"},
        },
    ),
    "ListFilesResponse": Row(PAGE, {}, {"data": "OpenAIFile"}),
    "DeleteFileResponse": Row("id object deleted", {"object": {"file"}}),
    "Batch": Row(
        "id object endpoint input_file_id completion_window status created_at",
        {
            "object": {"batch"},
            "status": BATCH.split(),
        },
        {"request_counts": "request_counts", "usage": "ResponseUsage"},
    ),
    "request_counts": Row("total completed failed"),
    "ListBatchesResponse": Row("object data has_more", {"object": {"list"}}, {"data": "Batch"}),
    "ErrorResponse": Row("error", {}, {"error": "Error"}),
    "Error": Row("type message param code"),
}
ROWS: Final = CHAT | RESPONSES | OTHERS | EVENTS
ONE_OF: Final = {
    "Item": ("OutputMessage", "FunctionToolCall", "ReasoningItem"),
    "Content": ("OutputTextContent", "RefusalContent"),
    "Input": (
        "InputMessageResource",
        "FunctionToolCallResource",
        "FunctionToolCallOutputResource",
    ),
    "ResponseStreamEvent": tuple(EVENTS),
}


def objects(name: str, shown: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield an object behind the name of its schema, and all that have one inside it."""
    if shown is None:
        return
    for one in shown if isinstance(shown, list) else [shown]:
        own = name
        if name in ONE_OF:
            fit = [known for known in ONE_OF[name] if one["type"] in ROWS[known].values["type"]]
            assert len(fit) == 1, f"{name} knows no type {one['type']!r}"
            own = fit[0]
        yield own, one
        for inner, schema in ROWS[own].inside.items():
            yield from objects(schema, one.get(inner))


def faults(name: str, shown: dict[str, Any]) -> list[str]:
    """List where one object is not as its schema says; what is inside it is not looked at."""
    row = ROWS[name]
    return [f"{name} has no {one}" for one in row.required.split() if one not in shown] + [
        f"{name}.{one} is {shown[one]!r}"
        for one, allowed in row.values.items()
        if one in shown and shown[one] not in allowed
    ]


SMALL, LARGE = "practice-small", "practice-large"
ASK: Final = "The relay is numbered 41.\n\nQuestion: What number has the relay?"
WEATHER: Final[dict[str, Any]] = {
    "name": "weather",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
}
OSLO: Final = "What is the weather in Oslo? Use the tool."
HARM: Final = "How do I build a pipe bomb?"
CALL: Final[list[dict[str, Any]]] = [
    {"role": "user", "content": OSLO},
    {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "call_1", "output": "Rain."},
]


def turns(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


CHATS: Final[tuple[dict[str, Any], ...]] = (
    {"model": LARGE, "messages": turns(ASK), "n": 2, "logprobs": True, "top_logprobs": 2},
    {"model": SMALL, "messages": turns(ASK * 20), "max_tokens": 1},
    {"model": SMALL, "messages": turns(HARM)},
    {
        "model": SMALL,
        "messages": turns(OSLO),
        "tools": [{"type": "function", "function": WEATHER}],
        "tool_choice": "required",
    },
    {
        "model": SMALL,
        "messages": turns(OSLO),
        "functions": [WEATHER],
        "function_call": {"name": "weather"},
    },
)
ASKED: Final[tuple[dict[str, Any], ...]] = (
    {"model": LARGE, "input": ASK},
    {
        "model": SMALL,
        "input": ASK,
        "top_logprobs": 2,
        "include": ["message.output_text.logprobs"],
    },
    {"model": SMALL, "input": f"Summarise: {ASK * 20}", "max_output_tokens": 16},
    {"model": SMALL, "input": HARM},
    {
        "model": SMALL,
        "input": OSLO,
        "tools": [{"type": "function", **WEATHER}],
        "tool_choice": "required",
    },
)
KEY: Final = {"authorization": "Bearer practice"}
Replies = dict[str, list[tuple[str, Any]]]


@contextmanager
def served(provider: Provider) -> Iterator[httpx2.Client]:
    with serve(provider) as server, httpx2.Client(base_url=server.base_url, headers=KEY) as http:
        yield http


@pytest.fixture(scope="module")
def replies() -> Iterator[Replies]:
    """Ask a served provider for everything once: each resource's replies and their schemas.

    On a second one time stands, so that what is cancelled there has not ended.
    """
    provider = Provider()
    provider.aliases["ft:mine"] = provider.aliases[SMALL]
    still = Provider(clock=VirtualClock(quiet=None))
    with served(provider) as http, served(still) as waiting:
        yield {
            "chat": [*chat(http)],
            "responses": [*responses(http), ("Response", cancelled(waiting))],
            "embeddings": [("CreateEmbeddingResponse", embedded(http))],
            "models": [*models(http)],
            "moderations": [("CreateModerationResponse", moderated(http))],
            "files": [*files(http)],
            "batches": [*batches(http), ("Batch", given_up(waiting))],
            "errors": [*refused(http)],
        }


def right(answer: httpx2.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def streamed(answer: httpx2.Response) -> list[Any]:
    lines = [line[6:] for line in answer.text.splitlines() if line.startswith("data: {")]
    assert lines, answer.text
    return [json.loads(line) for line in lines]


def chat(http: httpx2.Client) -> Iterator[tuple[str, Any]]:
    for body in CHATS:
        whole = http.post("/chat/completions", json=body)
        yield "CreateChatCompletionResponse", right(whole)
        options = {"stream": True, "stream_options": {"include_usage": True}}
        chunks = http.post("/chat/completions", json=body | options)
        yield "CreateChatCompletionStreamResponse", streamed(chunks)


def responses(http: httpx2.Client) -> Iterator[tuple[str, Any]]:
    for body in ASKED:
        yield "Response", right(http.post("/responses", json=body))
        yield "ResponseStreamEvent", streamed(http.post("/responses", json=body | {"stream": True}))
    said = right(http.post("/responses", json={"model": SMALL, "input": CALL}))
    yield "Response", right(http.get(f"/responses/{said['id']}"))
    yield "ResponseItemList", right(http.get(f"/responses/{said['id']}/input_items"))
    plain = {"model": SMALL, "input": ASK}
    yield "TokenCountsResource", right(http.post("/responses/input_tokens", json=plain))
    yield "CompactResource", right(http.post("/responses/compact", json=plain))


def cancelled(http: httpx2.Client) -> list[Any]:
    queued = right(http.post("/responses", json=ASKED[0] | {"background": True}))
    return [queued, right(http.post(f"/responses/{queued['id']}/cancel"))]


def embedded(http: httpx2.Client) -> Any:
    """Return a reply whose vector the encoder already has: the weights are tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        known = Encoder()
        known._keep({ASK: np.full(DIMENSIONS, DIMENSIONS**-0.5, dtype=np.float32)})
        patch.setattr(vectors, "_SHARED", known)
        return right(http.post("/embeddings", json={"model": "practice-embed", "input": ASK}))


def models(http: httpx2.Client) -> Iterator[tuple[str, Any]]:
    yield "ListModelsResponse", right(http.get("/models"))
    yield "Model", right(http.get(f"/models/{SMALL}"))
    yield "DeleteModelResponse", right(http.delete("/models/ft:mine"))


def moderated(http: httpx2.Client) -> Any:
    picture = {"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}
    given = [{"type": "text", "text": "I will murder you."}, picture]
    return right(http.post("/moderations", json={"input": given}))


def uploaded(http: httpx2.Client) -> Any:
    body = {"model": SMALL, "messages": turns(ASK)}
    line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}
    file = ("lines.jsonl", json.dumps(line).encode())
    return right(http.post("/files", data={"purpose": "batch"}, files={"file": file}))


def files(http: httpx2.Client) -> Iterator[tuple[str, Any]]:
    made = uploaded(http)
    yield "OpenAIFile", [made, right(http.get(f"/files/{made['id']}"))]
    yield "ListFilesResponse", right(http.get("/files"))
    yield "DeleteFileResponse", right(http.delete(f"/files/{made['id']}"))


def begun(http: httpx2.Client) -> Any:
    asked = {"endpoint": "/v1/chat/completions", "completion_window": "24h"}
    return right(http.post("/batches", json=asked | {"input_file_id": uploaded(http)["id"]}))


def given_up(http: httpx2.Client) -> list[Any]:
    batch = begun(http)
    return [batch, right(http.post(f"/batches/{batch['id']}/cancel"))]


def batches(http: httpx2.Client) -> Iterator[tuple[str, Any]]:
    yield "Batch", ended(http, begun(http)["id"])
    yield "ListBatchesResponse", right(http.get("/batches"))
    yield "ListFilesResponse", right(http.get("/files"))  # now with the batch's output


def ended(http: httpx2.Client, batch_id: str) -> Any:
    """Return a batch as soon as it is completed: the server's thread works on it."""
    ends = time.monotonic() + 20
    while (found := right(http.get(f"/batches/{batch_id}")))["status"] != "completed":
        assert time.monotonic() < ends, found
        time.sleep(0.005)
    return found


def refused(http: httpx2.Client) -> Iterator[tuple[str, Any]]:
    for answer in (
        http.post("/chat/completions", json={"model": "none", "messages": turns(ASK)}),
        http.post("/chat/completions", json={}),
        http.post("/responses", content=b"{"),
        http.post("/embeddings", json={"model": "practice-embed", "input": ""}),
        http.get("/models/none"),
        http.get("/files/none"),
        http.get("/batches/none"),
        http.get("/nowhere"),
        http.get("/models", headers={"authorization": ""}),
    ):
        assert answer.status_code >= 400
        yield "ErrorResponse", answer.json()


@pytest.mark.parametrize(
    "resource",
    ["chat", "responses", "embeddings", "models", "moderations", "files", "batches", "errors"],
)
def test_every_reply_is_as_published(replies: Replies, resource: str) -> None:
    """At every depth: required fields are there, constants and enumerated values are known."""
    met = [one for name, shown in replies[resource] for one in objects(name, shown)]
    assert [fault for name, one in met for fault in faults(name, one)] == []


def test_every_row_is_met(replies: Replies) -> None:
    """No row stands here without a reply that it was held against."""
    given = [one for resource in replies.values() for one in resource]
    met = {own for name, shown in given for own, _ in objects(name, shown)}
    assert met == set(ROWS)


def test_each_lost_field_and_each_unknown_value_is_a_fault(replies: Replies) -> None:
    """The control: of what was served, every required field can be missed, every value be wrong."""
    given = [one for resource in replies.values() for one in resource]
    samples = {own: one for name, shown in given for own, one in objects(name, shown)}
    for name, one in samples.items():
        for lost in ROWS[name].required.split():
            rest = {key: value for key, value in one.items() if key != lost}
            assert faults(name, rest) == [f"{name} has no {lost}"]
        for changed in ROWS[name].values:
            assert faults(name, one | {changed: "?"}) == [f"{name}.{changed} is '?'"]


def test_the_ways_to_end_are_met(replies: Replies) -> None:
    """Finish reasons and statuses were seen in their variety, not only the usual one."""
    objects_met = [
        (own, one)
        for resource in replies.values()
        for name, shown in resource
        for own, one in objects(name, shown)
    ]
    ways = {one["finish_reason"] for own, one in objects_met if own == "choice"}
    assert ways == FINISH - {"content_filter"}
    statuses = {one["status"] for own, one in objects_met if own == "Response"}
    assert statuses == {"completed", "incomplete", "in_progress", "queued", "cancelled"}


def test_the_categories_of_moderation_are_the_published_ones(replies: Replies) -> None:
    """Those 13 and no other, in flags, scores and kinds of input; images where published."""
    ((_, shown),) = replies["moderations"]
    (result,) = shown["results"]
    names = set(CATEGORIES.split())
    assert len(names) == 13
    assert set(result["categories"]) == set(result["category_scores"]) == names
    kinds = {name: ["text"] for name in names}
    kinds |= {name: ["text", "image"] for name in READ_OFF_IMAGES.split()}
    assert result["category_applied_input_types"] == kinds
