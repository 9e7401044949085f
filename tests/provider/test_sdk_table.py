"""What the installed SDK does on every fault: the outcome, and how many requests it sent.

Each row runs on a provider of its own; all run at the same time, because the
SDK's back-off is real.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import openai
import pydantic
import pytest
from openai.types.chat import ChatCompletion

from autograder.provider.engine import Provider
from autograder.provider.ledger import Call
from autograder.provider.server import serve
from autograder.provider.verdict import verdict

MODEL = "practice-large"
ASKED: list[Any] = [
    {
        "role": "user",
        "content": "Passages:\n[1] Zoë's café opens at nine 😀.\n\n"
        "Question: When does Zoë's café open?",
    }
]
TOOL: Any = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Get the weather of a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}  # fmt: skip


class Birth(pydantic.BaseModel):
    """What a structured reply is parsed into."""

    city: str
    year: int


BORN: list[Any] = [
    {"role": "user", "content": "Extract city and year.\n\nText: Ada was born in London in 1815."}
]


def plain(client: openai.OpenAI) -> Any:
    """Ask for a whole reply."""
    return client.chat.completions.create(model=MODEL, messages=ASKED, seed=1)


def impatient(client: openai.OpenAI) -> Any:
    """Ask for a whole reply within 0.3 seconds an attempt."""
    return plain(client.with_options(timeout=0.3))


def streamed(client: openai.OpenAI) -> Any:
    """Collect a stream's chunks."""
    return list(
        client.chat.completions.create(model=MODEL, messages=ASKED, seed=1, stream=True, timeout=1)
    )


def helped(client: openai.OpenAI) -> Any:
    """Collect a stream by the SDK's helper, which adds it up."""
    with client.chat.completions.stream(model=MODEL, messages=ASKED, seed=1) as stream:
        for _ in stream:
            pass
        return stream.get_final_completion()


def counted(client: openai.OpenAI) -> Any:
    """Collect a stream that ends with its usage."""
    options: Any = {"include_usage": True}
    return list(
        client.chat.completions.create(
            model=MODEL, messages=ASKED, stream=True, stream_options=options
        )
    )


def parsed(client: openai.OpenAI) -> Any:
    """Ask for a structured reply."""
    return client.chat.completions.parse(
        model=MODEL, messages=BORN, response_format=Birth, temperature=0
    )


def tools(client: openai.OpenAI) -> Any:
    """Collect a stream with two calls of a tool."""
    text = "What is the weather in Paris? And the weather in Oslo?"
    messages: list[Any] = [{"role": "user", "content": text}]
    return list(
        client.chat.completions.create(
            model=MODEL, messages=messages, tools=[TOOL], stream=True, temperature=0
        )
    )


def text(chunks: Any) -> str:
    """Return what a stream's chunks add up to."""
    return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


def reason(chunks: Any) -> str | None:
    """Return the last finish_reason of a stream."""
    found: str | None = [c for c in chunks if c.choices][-1].choices[0].finish_reason
    return found


def whole(reply: Any) -> bool:
    """Tell whether a reply is a complete answer, of either form."""
    if isinstance(reply, ChatCompletion):
        return reply.choices[0].finish_reason == "stop" and "nine 😀" in str(
            reply.choices[0].message.content
        )
    return reason(reply) == "stop" and "nine 😀" in text(reply)


def cut_off(chunks: Any) -> bool:
    """Tell whether a stream ended without a word of it, its text incomplete."""
    return reason(chunks) is None and text(chunks) != "" and "nine" not in text(chunks)


def doubled(chunks: Any) -> bool:
    """Tell whether a stream ended well and has one chunk twice, which nobody noticed."""
    different = {chunk.model_dump_json() for chunk in chunks}
    return reason(chunks) == "stop" and len(different) == len(chunks) - 1


def ends_with_usage(chunks: Any) -> bool:
    """Tell whether the last chunk has the usage and no choices."""
    return chunks[-1].choices == [] and chunks[-1].usage.total_tokens > 0


@dataclass(frozen=True)
class Row:
    """A fault, what is asked, and what the SDK makes of it: an exception or a property."""

    faults: str
    ask: Callable[[openai.OpenAI], Any]
    outcome: type[Exception] | Callable[[Any], bool]
    requests: int
    status: int | None = None


ROWS = (
    Row("429(1s)@1", plain, whole, 2),
    Row("429(50ms)@1", plain, whole, 2),
    Row("429(date 2s)@1", plain, whole, 2),
    Row("429(130s)", plain, openai.RateLimitError, 1, 429),
    Row("quota", plain, openai.RateLimitError, 3, 429),
    Row("408", plain, openai.APIStatusError, 3, 408),
    Row("409", plain, openai.ConflictError, 3, 409),
    *(Row(str(s), plain, openai.InternalServerError, 3, s) for s in (500, 502, 503, 504, 529)),
    Row("html-502", plain, openai.InternalServerError, 3, 502),
    Row("400", plain, openai.BadRequestError, 1, 400),
    Row("401", plain, openai.AuthenticationError, 1, 401),
    Row("403", plain, openai.PermissionDeniedError, 1, 403),
    Row("404", plain, openai.NotFoundError, 1, 404),
    Row("413", plain, openai.APIStatusError, 1, 413),
    Row("422", plain, openai.UnprocessableEntityError, 1, 422),
    Row("500(retry=false)", plain, openai.InternalServerError, 1, 500),
    Row("400(retry=true)@1", plain, whole, 2),
    Row("truncated", plain, json.JSONDecodeError, 1),
    Row("html-200", plain, lambda reply: isinstance(reply, str), 1),
    Row("no-choices", plain, lambda reply: reply.choices is None, 1),
    Row("timeout", impatient, openai.APITimeoutError, 3),
    Row("stall", impatient, openai.APITimeoutError, 3),
    Row("drop", plain, openai.APIConnectionError, 3),
    Row("drop(fin)", plain, openai.APIConnectionError, 3),
    Row("lost", plain, openai.APIConnectionError, 3),
    Row("cut(fin)", plain, openai.APIConnectionError, 3),
    *(
        Row(f"sse-{odd}", streamed, whole, 1)
        for odd in ("comments", "crlf", "multiline", "split", "no-done")
    ),
    Row("sse-no-finish", streamed, cut_off, 1),
    Row("sse-no-finish", helped, lambda reply: reply.choices[0].finish_reason is None, 1),
    Row("sse-truncated", streamed, cut_off, 1),
    Row("sse-malformed", streamed, json.JSONDecodeError, 1),
    Row("sse-error", streamed, openai.APIError, 1),
    Row("cut(fin)", streamed, openai.APIConnectionError, 1),
    Row("cut(reset)", streamed, openai.APIConnectionError, 1),
    Row("stall", streamed, openai.APITimeoutError, 1),
    Row("sse-empty-finish", streamed, lambda chunks: chunks[1].choices[0].finish_reason == "", 1),
    Row("sse-duplicate", streamed, doubled, 1),
    Row("", streamed, lambda chunks: all(c.choices and c.usage is None for c in chunks), 1),
    Row("", counted, ends_with_usage, 1),
    Row("refusal", streamed, lambda chunks: text(chunks) == "" and "sorry" in _refusal(chunks), 1),
    Row("", parsed, lambda reply: reply.choices[0].message.parsed.year == 1815, 1),
    Row("length", parsed, openai.LengthFinishReasonError, 1),
    Row("filter", parsed, openai.ContentFilterFinishReasonError, 1),
    Row("refusal", parsed, lambda reply: _refused(reply.choices[0].message), 1),
    Row("json-type", parsed, pydantic.ValidationError, 1),
    Row("json-broken", parsed, pydantic.ValidationError, 1),
    Row("", tools, lambda chunks: _reassembled(chunks), 1),
)


def _refusal(chunks: Any) -> str:
    return "".join(c.choices[0].delta.refusal or "" for c in chunks if c.choices)


def _refused(message: Any) -> bool:
    return message.parsed is None and "sorry" in message.refusal


def _reassembled(chunks: Any) -> bool:
    """Tell whether two calls come whole, their id and name in the first fragment only."""
    calls: dict[int, list[Any]] = {}
    for chunk in chunks:
        for call in chunk.choices[0].delta.tool_calls or ():
            calls.setdefault(call.index, []).append(call)
    named = [[(c.id is None, c.function.name is None) for c in each] for each in calls.values()]
    arguments = [
        json.loads("".join(c.function.arguments or "" for c in each)) for each in calls.values()
    ]
    only_first = all(
        each[0] == (False, False) and set(each[1:]) <= {(True, True)} for each in named
    )
    return len(calls) == 2 and only_first and all("city" in each for each in arguments)


@dataclass(frozen=True)
class Seen:
    """What came of a row."""

    result: Any = None
    error: Exception | None = None
    calls: tuple[Call, ...] = field(default=())


def seen(row: Row) -> Seen:
    """Run a row with the SDK as it comes: two retries, its own back-off."""
    provider = Provider(faults=row.faults)
    result, error = None, None
    with serve(provider) as server, openai.OpenAI(base_url=server.base_url, api_key="k") as client:
        try:
            result = row.ask(client)
        except Exception as err:
            error = err
    return Seen(result, error, tuple(provider.ledger))


@pytest.fixture(scope="module")
def outcomes() -> dict[int, Seen]:
    """Run all rows at the same time."""
    with ThreadPoolExecutor(16) as pool:
        return dict(enumerate(pool.map(seen, ROWS)))


def ids() -> list[str]:
    """Name each row by its fault and what is asked."""
    return [f"{row.faults or 'none'}-{row.ask.__name__}" for row in ROWS]


@pytest.mark.parametrize("number", range(len(ROWS)), ids=ids())
def test_the_table(outcomes: dict[int, Seen], number: int) -> None:
    """A fault leads to this exception or that result, after so many requests."""
    row, found = ROWS[number], outcomes[number]
    if isinstance(row.outcome, type):
        assert type(found.error) is row.outcome
        assert row.status in (None, getattr(found.error, "status_code", None))
    else:
        assert found.error is None
        assert row.outcome(found.result)
    assert len(found.calls) == row.requests


def test_it_waits_as_long_as_it_is_told(outcomes: dict[int, Seen]) -> None:
    """Retry-After is honoured in all three forms, by the provider's clock."""
    for number in range(3):
        assert verdict(outcomes[number].calls).sins == frozenset()


def test_it_says_which_attempt_this_is(outcomes: dict[int, Seen]) -> None:
    """Retries are numbered and the time-out is announced; no idempotency key is sent."""
    calls = outcomes[[row.faults for row in ROWS].index("500")].calls
    assert [call.headers["x-stainless-retry-count"] for call in calls] == ["0", "1", "2"]
    assert {call.headers["x-stainless-read-timeout"] for call in calls} == {"600"}
    assert all(call.headers["user-agent"].startswith("OpenAI/Python") for call in calls)
    assert not any("idempotency-key" in call.headers for call in calls)
    assert len({call.digest for call in calls}) == 1


@pytest.mark.parametrize(
    ("faults", "stream", "outcome", "requests"),
    [
        ("429(20ms)@1", False, None, 2),
        ("timeout@1", False, None, 2),
        ("cut(fin)", True, openai.APIConnectionError, 1),
        ("stall", True, openai.APITimeoutError, 1),
    ],
)
def test_the_async_client_does_the_same(
    faults: str, stream: bool, outcome: type[Exception] | None, requests: int
) -> None:
    """`AsyncOpenAI` ends like `OpenAI`, with as many requests."""
    provider = Provider(faults=faults)

    async def run(base_url: str) -> Any:
        async with openai.AsyncOpenAI(base_url=base_url, api_key="k", timeout=0.3) as client:
            create: Any = client.chat.completions.create
            reply = await create(model=MODEL, messages=ASKED, stream=stream)
            return [chunk async for chunk in reply] if stream else reply

    with serve(provider) as server:
        if outcome is None:
            assert whole(asyncio.run(run(server.base_url)))
        else:
            with pytest.raises(outcome):
                asyncio.run(run(server.base_url))
    assert len(list(provider.ledger)) == requests


@pytest.mark.slow
def test_embeddings() -> None:
    """Vectors are asked for in base64 and may come as numbers; their order is the reply's."""
    texts = ["red", "green", "blue"]

    def vectors(faults: str, **options: Any) -> tuple[Any, Call]:
        provider = Provider(faults=faults)
        with serve(provider) as server, openai.OpenAI(base_url=server.base_url, api_key="k") as c:
            data = c.embeddings.create(model="practice-embed", input=texts, **options).data
        (call,) = provider.ledger
        return data, call

    data, call = vectors("")
    assert call.body["encoding_format"] == "base64"
    assert [each.index for each in data] == [0, 1, 2]
    numbers, _ = vectors("", encoding_format="float")
    assert numbers[1].embedding == pytest.approx(data[1].embedding, abs=1e-6)
    turned, _ = vectors("unsorted")
    assert [each.index for each in turned] == [2, 1, 0]
    with pytest.raises(ValueError, match="No embedding data received"):
        vectors("no-data")
