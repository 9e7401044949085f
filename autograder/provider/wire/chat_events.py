"""The chunks of a streamed chat completion."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from autograder.provider import tokens
from autograder.provider.completion import Completion
from autograder.provider.wire.chat_object import call_of, finish_of, logprobs_of
from autograder.provider.wire.request import ChatRequest
from autograder.provider.wire.sse import DONE, dumped

__all__ = ["chunks"]

_PADDING = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True)
class _Part:
    """What one chunk adds to one choice, once `made` of its tokens have been made."""

    made: int
    delta: dict[str, Any]
    logprobs: dict[str, Any] | None = None
    finish: str | None = None


def chunks(
    shown: dict[str, Any], asked: ChatRequest, completions: tuple[Completion, ...]
) -> Iterator[tuple[int, bytes]]:
    """Yield the events of a completion object, each behind the tokens made by then.

    One token a chunk; a call of a function begins with its id and name alone.
    The choices take turns. With `include_usage` a last chunk without choices
    carries the usage, and every other one a null.
    """
    frame = _Frame(shown, asked)
    parts = [list(_parts(said, asked)) for said in completions]
    for turn in zip_longest(*parts):
        for number, part in enumerate(turn):
            if part is not None:
                yield part.made, frame.chunk(number, part)
    last = max(parts_of[-1].made for parts_of in parts)
    if frame.with_usage:
        yield last, frame.usage(shown["usage"])
    yield last, DONE


class _Frame:
    """Write chunks: what is the same in all of them is written once."""

    def __init__(self, shown: dict[str, Any], asked: ChatRequest) -> None:
        options = asked.stream_options
        self.with_usage = bool(options and options.include_usage)
        same = {
            "id": shown["id"],
            "object": "chat.completion.chunk",
            "created": shown["created"],
            "model": shown["model"],
            "service_tier": shown["service_tier"],
            "system_fingerprint": shown["system_fingerprint"],
        }
        self._head = b"data: " + dumped(same)[:-1]
        self._tail = (b',"usage":null' if self.with_usage else b"") + b"}\n\n"
        self._padded = bool(options and options.include_obfuscation)

    def chunk(self, number: int, part: _Part) -> bytes:
        """Return one event with one choice."""
        return b"".join(
            (
                self._head,
                b',"choices":[{"index":%d,"delta":' % number,
                dumped(part.delta),
                b',"logprobs":',
                dumped(part.logprobs),
                b',"finish_reason":',
                json.dumps(part.finish).encode(),
                b"}]",
                self._obfuscation(part.made),
                self._tail,
            )
        )

    def usage(self, usage: dict[str, Any]) -> bytes:
        """Return the event with the usage and without choices."""
        return self._head + b',"choices":[],"usage":' + dumped(usage) + b"}\n\n"

    def _obfuscation(self, made: int) -> bytes:
        """Return padding of a varying length, where it is asked for."""
        if not self._padded:
            return b""
        return b',"obfuscation":"%s"' % _PADDING[: 5 + 7 * made % 13].encode()


def _parts(said: Completion, asked: ChatRequest) -> Iterator[_Part]:
    made = min(1, len(said.pieces) + len(said.tool_calls) + len(said.refusal))
    opening: dict[str, Any] = {"role": "assistant", "content": None if said.tool_calls else ""}
    yield _Part(made, {**opening, "refusal": None})
    made = 0
    for part in _text(said, asked):
        made = part.made
        yield part
    for index in range(len(said.tool_calls)):
        for part in _call(said, index, made, asked.legacy):
            made = part.made
            yield part
    yield _Part(made, {}, finish=finish_of(said, asked))


def _text(said: Completion, asked: ChatRequest) -> Iterator[_Part]:
    for made, piece in enumerate(said.pieces, 1):
        weights = logprobs_of(said.logprobs[made - 1 : made]) if asked.logprobs else None
        yield _Part(made, {"content": piece}, weights)
    for made, piece in enumerate(tokens.pieces(said.refusal), len(said.pieces) + 1):
        yield _Part(made, {"refusal": piece})


def _call(said: Completion, index: int, made: int, legacy: bool) -> Iterator[_Part]:
    call = said.tool_calls[index]
    named = made + tokens.count(call.name)
    opened = call_of(call)
    opened["function"]["arguments"] = ""
    yield _Part(named, _called(index, opened, legacy))
    for more, piece in enumerate(tokens.pieces(call.arguments), 1):
        yield _Part(named + more, _called(index, {"function": {"arguments": piece}}, legacy))


def _called(index: int, call: dict[str, Any], legacy: bool) -> dict[str, Any]:
    return (
        {"function_call": call["function"]}
        if legacy
        else {"tool_calls": [{"index": index, **call}]}
    )
