"""/v1/chat/completions through the real SDK on a real socket."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import BaseModel

from autograder.provider import tokens

SMALL, LARGE, SWIFT = "practice-small", "practice-large", "practice-swift"
PASSAGE = (
    "Answer only from the passages.\n\n[1] The relay station at Kvalnes was built in 1934. "
    "It was closed in 1978 after a storm.\n\n[2] The harbour of Kvalnes freezes in January.\n\n"
    "Question: When was the relay station at Kvalnes built?"
)
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Return the weather in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "description": "The city."}},
            "required": ["city"],
            "additionalProperties": False,
        },
        "strict": True,
    },
}
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "year": {"type": "integer"}},
    "required": ["name", "year"],
    "additionalProperties": False,
}


def said(text: str = PASSAGE) -> list[Any]:
    return [{"role": "user", "content": text}]


REQUESTS: dict[str, dict[str, Any]] = {
    "plain": {"messages": said()},
    "logprobs": {"messages": said(), "logprobs": True, "top_logprobs": 3},
    "several": {"messages": said(), "n": 3, "temperature": 1.5},
    "cut": {"messages": said(), "max_completion_tokens": 2},
    "reasoning": {"messages": said(), "model": LARGE, "reasoning_effort": "high"},
    "tools": {
        "messages": said("What is the weather in Oslo?"),
        "tools": [WEATHER],
        "tool_choice": "required",
    },
    "functions": {
        "messages": said("What is the weather in Oslo?"),
        "functions": [{"name": "get_weather", "parameters": WEATHER["function"]["parameters"]}],
        "function_call": {"name": "get_weather"},
    },
    "schema": {
        "messages": said("Extract name and year. Text: Ada Lovelace was born in 1815."),
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "person", "schema": PERSON, "strict": True},
        },
    },
    "everything": {
        "messages": [
            {"role": "developer", "content": "Be brief.", "name": "dev"},
            {"role": "user", "content": [{"type": "text", "text": PASSAGE}], "name": "ada"},
        ],
        "frequency_penalty": 0.5,
        "presence_penalty": -0.5,
        "logit_bias": {"50": -100},
        "metadata": {"run": "1"},
        "n": 2,
        "prediction": {"type": "content", "content": "1934"},
        "prompt_cache_key": "k",
        "safety_identifier": "s",
        "seed": -9007199254740991,
        "service_tier": "auto",
        "stop": ["\n\n"],
        "store": True,
        "temperature": 0,
        "top_p": 0.9,
        "user": "u",
        "verbosity": "low",
    },
}


@pytest.fixture(params=REQUESTS, ids=list(REQUESTS))
def request_body(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"model": SMALL, **REQUESTS[request.param]}


def test_every_reply_is_what_the_sdk_s_types_say(practice: Any, request_body: Any) -> None:
    """A reply validates, and has no field that the SDK does not know."""
    reply = practice.http.post("/chat/completions", json=request_body)
    assert reply.status_code == 200, reply.text
    body = reply.json()
    read = ChatCompletion.model_validate(body)
    assert read.model_dump(exclude_unset=True) == body
    assert unknown(read) == []


def test_every_chunk_is_what_the_sdk_s_types_say(practice: Any, request_body: Any) -> None:
    """A stream's chunks validate, have no unknown field, and end with [DONE]."""
    asked = {**request_body, "stream": True, "stream_options": {"include_usage": True}}
    reply = practice.http.post("/chat/completions", json=asked)
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    *events, done = [line for line in reply.text.split("\n\n") if line]
    assert done == "data: [DONE]"
    for event in events:
        body = json.loads(event.removeprefix("data: "))
        read = ChatCompletionChunk.model_validate(body)
        assert read.model_dump(exclude_unset=True) == body
        assert unknown(read) == []


def unknown(read: BaseModel) -> list[str]:
    """List the fields, at any depth, that a type of the SDK took without knowing them."""
    found = list(read.model_extra or ())
    for value in vars(read).values():
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, BaseModel):
                found += unknown(inner)
    return found


def test_a_stream_says_what_the_whole_reply_says(serving: Any, request_body: Any) -> None:
    """Two providers of one seed, one asked whole and one streamed, say the same."""
    whole = serving().client.chat.completions.create(**request_body)
    options = {"include_usage": True}
    chunks = list(
        serving().client.chat.completions.create(
            **request_body, stream=True, stream_options=options
        )
    )
    for choice in whole.choices:
        put = assembled(chunks, choice.index)
        assert put["content"] == (choice.message.content or "")
        assert put["refusal"] == (choice.message.refusal or "")
        assert put["finish_reason"] == choice.finish_reason
        calls = choice.message.tool_calls or ()
        assert put["calls"] == [(c.id, c.function.name, c.function.arguments) for c in calls]
        legacy = choice.message.function_call
        assert put["function_call"] == (legacy and (legacy.name, legacy.arguments))
        weights = choice.logprobs.content if choice.logprobs else []
        assert put["logprobs"] == weights
    assert chunks[-1].usage == whole.usage


def assembled(chunks: list[ChatCompletionChunk], index: int) -> dict[str, Any]:
    """Put one choice together from its chunks."""
    put: dict[str, Any] = {
        "content": "",
        "refusal": "",
        "calls": {},
        "function_call": None,
        "logprobs": [],
        "finish_reason": None,
    }
    for choice in (one for chunk in chunks for one in chunk.choices if one.index == index):
        assert put["finish_reason"] is None, "a chunk came behind the end"
        delta = choice.delta
        put["content"] += delta.content or ""
        put["refusal"] += delta.refusal or ""
        put["logprobs"] += choice.logprobs.content if choice.logprobs else []
        for part in delta.tool_calls or ():
            name = part.function.name
            if name is not None:
                put["calls"][part.index] = (part.id, name, part.function.arguments)
            else:
                assert part.id is None
                assert part.type is None
                call_id, name, arguments = put["calls"][part.index]
                put["calls"][part.index] = (call_id, name, arguments + part.function.arguments)
        if delta.function_call is not None:
            name, arguments = put["function_call"] or (delta.function_call.name, "")
            put["function_call"] = (name, arguments + delta.function_call.arguments)
        put["finish_reason"] = choice.finish_reason
    return {**put, "calls": [put["calls"][number] for number in sorted(put["calls"])]}


def test_the_sdk_s_own_helper_reads_the_stream(practice: Any) -> None:
    """`chat.completions.stream` accumulates content, calls and usage."""
    asked = {"model": SMALL, **REQUESTS["tools"]}
    options = {"include_usage": True}
    with practice.client.chat.completions.stream(**asked, stream_options=options) as stream:
        events = [event.type for event in stream]
        final = stream.get_final_completion()
    assert "tool_calls.function.arguments.done" in events
    assert final.choices[0].message.tool_calls[0].function.name == "get_weather"
    assert final.usage.total_tokens == final.usage.prompt_tokens + final.usage.completion_tokens


def test_usage_comes_once_and_last(practice: Any) -> None:
    """With include_usage every chunk has a null usage but the last, which has no choices."""
    asked = {"model": SMALL, "messages": said(), "stream": True}
    plain = list(practice.client.chat.completions.create(**asked))
    assert [chunk.usage for chunk in plain] == [None] * len(plain)
    assert all("usage" not in chunk.model_fields_set for chunk in plain)
    options = {"include_usage": True}
    *chunks, last = practice.client.chat.completions.create(**asked, stream_options=options)
    assert all("usage" in chunk.model_fields_set for chunk in chunks)
    assert {chunk.usage for chunk in chunks} == {None}
    assert last.choices == []
    assert last.usage.completion_tokens > 0


def test_a_call_s_first_fragment_has_its_id_and_name_alone(practice: Any) -> None:
    """The arguments follow, told apart by index."""
    asked = {"model": SMALL, **REQUESTS["tools"], "stream": True}
    parts = [
        part
        for chunk in practice.client.chat.completions.create(**asked)
        for choice in chunk.choices
        for part in choice.delta.tool_calls or ()
    ]
    first, *rest = [part for part in parts if part.index == 0]
    assert (first.id is not None, first.type) == (True, "function")
    assert (first.function.name, first.function.arguments) == ("get_weather", "")
    assert {(part.id, part.function.name) for part in rest} == {(None, None)}
    json.loads("".join(part.function.arguments for part in rest))


def test_usage_counts_the_tokens_of_what_was_sent_and_said(practice: Any) -> None:
    """The counts are those of the published tokenizer, which a learner can load."""
    reply = practice.client.chat.completions.create(model=SMALL, messages=said(), n=2)
    heads = tokens.PER_MESSAGE + tokens.PER_REPLY
    assert reply.usage.prompt_tokens == tokens.count(PASSAGE) + heads
    lengths = [tokens.count(choice.message.content) for choice in reply.choices]
    assert reply.usage.completion_tokens == sum(lengths)
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + sum(lengths)


def test_reasoning_is_paid_and_not_shown(practice: Any) -> None:
    """The large model's reasoning tokens are part of its completion tokens."""
    reply = practice.client.chat.completions.create(model=LARGE, messages=said())
    reasoning = reply.usage.completion_tokens_details.reasoning_tokens
    shown = tokens.count(reply.choices[0].message.content)
    assert reasoning > 0
    assert reply.usage.completion_tokens == reasoning + shown


def test_a_bound_cuts_at_a_token(serving: Any) -> None:
    """max_tokens leaves that many tokens of what would have been said."""
    whole = serving().client.chat.completions.create(model=SMALL, messages=said())
    cut = serving().client.chat.completions.create(model=SMALL, messages=said(), max_tokens=3)
    text = cut.choices[0].message.content
    assert cut.choices[0].finish_reason == "length"
    assert cut.usage.completion_tokens == 3
    assert tokens.pieces(whole.choices[0].message.content)[:3] == tokens.pieces(text)


def test_reasoning_counts_against_the_bound(practice: Any) -> None:
    """A small bound on a model that reasons leaves nothing to read, and is still paid."""
    reply = practice.client.chat.completions.create(
        model=LARGE, messages=said(), max_completion_tokens=1
    )
    assert (reply.choices[0].finish_reason, reply.choices[0].message.content) == ("length", "")
    assert reply.usage.completion_tokens_details.reasoning_tokens == 1


def test_a_stop_sequence_ends_the_reply_before_it(serving: Any) -> None:
    """What stands before the first stop sequence is left, with finish_reason stop."""
    whole = serving().client.chat.completions.create(model=SMALL, messages=said())
    text = whole.choices[0].message.content
    word = text.split()[1]
    stopped = serving().client.chat.completions.create(model=SMALL, messages=said(), stop=[word])
    assert stopped.choices[0].message.content == text[: text.index(word)]
    assert stopped.choices[0].finish_reason == "stop"


def test_logprobs_spell_the_reply(practice: Any) -> None:
    """The tokens joined are the text; each is among as many alternatives as were asked for."""
    reply = practice.client.chat.completions.create(
        model=SMALL, messages=said(), logprobs=True, top_logprobs=4
    )
    choice = reply.choices[0]
    assert "".join(one.token for one in choice.logprobs.content) == choice.message.content
    for one in choice.logprobs.content:
        assert one.logprob <= 0
        assert bytes(one.bytes).decode() == one.token
        assert len(one.top_logprobs) <= 4


def test_a_seed_and_the_fingerprint_fix_the_reply(practice: Any) -> None:
    """Calls with one seed agree, but for the published share; without a seed they do not."""
    text = "Write something about the sea. " * 3

    def replies(model: str, **options: Any) -> list[str]:
        create = practice.client.chat.completions.create
        made = [create(model=model, messages=said(text), **options) for _ in range(40)]
        assert len({reply.system_fingerprint for reply in made}) == 1
        return [reply.choices[0].message.content for reply in made]

    def common(found: list[str]) -> int:
        return max(found.count(one) for one in found)

    assert common(replies(SMALL, seed=7)) >= 33  # 40 calls, 3 % drawn afresh: P(8 or more) < 1e-5
    assert len(set(replies(SMALL))) > 5
    assert len(set(replies(SWIFT, seed=7))) > 5


def test_a_schema_is_followed(practice: Any) -> None:
    """A strict schema's reply is valid under it, and `parse` returns the object."""
    reply = practice.client.chat.completions.create(model=SMALL, **REQUESTS["schema"])
    jsonschema.validate(json.loads(reply.choices[0].message.content), PERSON)

    class Person(BaseModel):
        name: str
        year: int

    parsed = practice.client.chat.completions.parse(
        model=SMALL, messages=REQUESTS["schema"]["messages"], response_format=Person
    )
    assert isinstance(parsed.choices[0].message.parsed, Person)


def test_a_loop_with_a_tool_comes_to_an_end(practice: Any) -> None:
    """A call's result, sent back as the SDK returned the call, is answered in words."""
    messages: list[Any] = said("What is the weather in Oslo?")
    create = practice.client.chat.completions.create
    for _ in range(8):
        reply = create(model=LARGE, messages=messages, tools=[WEATHER])
        message = reply.choices[0].message
        if not message.tool_calls:
            break
        assert reply.choices[0].finish_reason == "tool_calls"
        messages.append(message)
        for call in message.tool_calls:
            result = '{"city": "Oslo", "weather": "rain", "degrees": 4}'
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
    assert message.content
    assert reply.choices[0].finish_reason == "stop"


def test_no_tool_is_called_that_may_not_be(practice: Any) -> None:
    """tool_choice "none" gives words; a choice among allowed tools gives one of those."""
    create = practice.client.chat.completions.create
    asked = {"model": SMALL, **REQUESTS["tools"]}
    assert create(**{**asked, "tool_choice": "none"}).choices[0].message.tool_calls is None
    time = {"type": "function", "function": {"name": "get_time"}}
    allowed = {
        "type": "allowed_tools",
        "allowed_tools": {
            "mode": "required",
            "tools": [{"type": "function", "function": {"name": "get_weather"}}],
        },
    }
    reply = create(**{**asked, "tools": [time, WEATHER], "tool_choice": allowed})
    assert reply.choices[0].message.tool_calls[0].function.name == "get_weather"


def test_a_prompt_s_beginning_is_cached(practice: Any) -> None:
    """A second prompt with the same long beginning finds it, in blocks of 128 tokens."""
    system = {"role": "system", "content": "Be exact and brief. " * 300}

    def cached(question: str, **options: Any) -> int:
        reply = practice.client.chat.completions.create(
            model=SMALL, messages=[system, *said(question)], **options
        )
        return int(reply.usage.prompt_tokens_details.cached_tokens)

    assert cached("When?") == 0
    found = cached("Where to?")
    assert (found >= 1024, found % 128) == (True, 0)
    assert cached("Where to?", prompt_cache_key="another") == 0


def test_a_stored_completion_can_be_worked_with(practice: Any) -> None:
    """Store, find, change, read its messages, delete."""
    completions = practice.client.chat.completions
    made = completions.create(
        model=SMALL, messages=said(), store=True, metadata={"run": "1"}, stream=False
    )
    completions.create(model=LARGE, messages=said(), store=True)
    completions.create(model=SMALL, messages=said())
    assert completions.retrieve(made.id).choices == made.choices
    assert [one.id for one in completions.list(metadata={"run": "1"})] == [made.id]
    assert len(list(completions.list(limit=1))) == 2
    assert completions.update(made.id, metadata={"run": "2"}).metadata == {"run": "2"}
    assert [one.content for one in completions.messages.list(made.id)] == [PASSAGE]
    assert completions.delete(made.id).deleted is True
    with pytest.raises(openai.NotFoundError):
        completions.retrieve(made.id)


def test_what_left_is_in_the_ledger(practice: Any) -> None:
    """The ledger has request and reply as they crossed, usage, price and hidden truth."""
    raw = practice.client.chat.completions.with_raw_response.create(
        model=SMALL, messages=said(), seed=3
    )
    (call,) = practice.provider.ledger
    assert call.request_id == raw.headers["x-request-id"]
    assert call.body["messages"] == said()
    assert call.reply == json.loads(raw.text)
    assert call.usage.total == raw.parse().usage.total_tokens
    assert call.price == practice.provider.price(practice.provider.card(SMALL), call.usage)
    assert (call.model, call.version) == (SMALL, practice.provider.card(SMALL).version)
    assert (call.status, call.delivered, call.executed, call.streamed) == (200, True, True, False)
    assert "practice" not in str(call.headers["authorization"])
    assert call.completions[0].hidden
