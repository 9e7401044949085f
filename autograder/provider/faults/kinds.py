"""The faults that the provider can act out, as a catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["KINDS", "REFUSALS", "RETRYABLE", "STATUSES", "Kind", "Place", "kind"]

Place = Literal["status", "connection", "body", "stream", "behaviour", "condition"]
Need = Literal["chat", "plain", "schema", "stream", "tools", "vectors"]

RETRYABLE: Final = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
REFUSALS: Final = frozenset({400, 401, 403, 404, 405, 413, 415, 422})
STATUSES: Final = RETRYABLE | REFUSALS


@dataclass(frozen=True)
class Kind:
    """One way to fail.

    `place` says who acts it out: "status" answers instead of the application,
    "connection", "body" and "stream" change what leaves, "behaviour" is acted
    out by the engine, "condition" holds for every request that a rule meets.
    `needs` is what a request must be for this to make sense. `seconds` is the
    length where none is given. `whole` tells whether the client receives a
    complete answer, `executed` whether the request is carried out.
    """

    name: str
    place: Place
    effect: str
    needs: frozenset[Need] = frozenset()
    seconds: float | None = None
    whole: bool = True
    executed: bool = True


def _status(name: str, effect: str, seconds: float | None = None) -> Kind:
    return Kind(name, "status", effect, seconds=seconds, whole=False, executed=False)


def _stream(name: str, effect: str, *, whole: bool) -> Kind:
    return Kind(name, "stream", effect, frozenset({"stream"}), whole=whole)


def _said(name: str, effect: str, *needs: Need, whole: bool = True) -> Kind:
    return Kind(name, "behaviour", effect, frozenset({"chat", *needs}), whole=whole)


_ALL = (
    _status("429", "rate limit: 429 with Retry-After", 1.0),
    _status("quota", "429 insufficient_quota: waiting does not help"),
    *(
        _status(str(code), f"HTTP {code} with the API's error body")
        for code in sorted(STATUSES - {429})
    ),
    _status("html-502", "502 with an HTML page, as from a proxy"),
    _status("html-200", "200 with an HTML page, as from a captive portal"),
    Kind(
        "timeout",
        "connection",
        "the request is read and nothing comes",
        seconds=600.0,
        whole=False,
        executed=False,
    ),
    Kind("slow", "connection", "the first byte comes late", seconds=20.0),
    Kind(
        "stall",
        "connection",
        "half of the reply comes, then nothing",
        seconds=600.0,
        whole=False,
    ),
    Kind(
        "drop",
        "connection",
        "the socket closes before any header; the request is not carried out",
        whole=False,
        executed=False,
    ),
    Kind("cut", "connection", "the socket closes in the middle of the reply", whole=False),
    Kind(
        "lost",
        "connection",
        "the request is carried out and the socket closes before the reply: a retry repeats it",
        whole=False,
    ),
    Kind("truncated", "body", "the JSON ends early", frozenset({"plain"}), whole=False),
    Kind(
        "no-choices",
        "body",
        "the JSON has no `choices` (Responses: no `output`)",
        frozenset({"chat", "plain"}),
        whole=False,
    ),
    Kind(
        "no-data", "body", "the embeddings are an empty list", frozenset({"vectors"}), whole=False
    ),
    Kind("unsorted", "body", "the embeddings come in another order", frozenset({"vectors"})),
    _stream("sse-truncated", "the stream ends inside an event", whole=False),
    _stream("sse-malformed", "one event's JSON is broken", whole=False),
    _stream("sse-error", "an error event comes mid-stream and ends it", whole=False),
    _stream(
        "sse-no-finish",
        "the stream ends early but properly: no finish_reason, no [DONE]",
        whole=False,
    ),
    _stream("sse-empty-finish", 'finish_reason is "" instead of null mid-stream', whole=True),
    _stream("sse-no-done", "the stream is complete but for [DONE]", whole=True),
    _stream("sse-duplicate", "one event is delivered twice", whole=True),
    _stream("sse-comments", "comments keep the connection alive", whole=True),
    _stream("sse-crlf", "lines end in CR LF", whole=True),
    _stream("sse-multiline", "an event's JSON spans several data lines", whole=True),
    _stream("sse-split", "writes end inside characters, lines and events", whole=True),
    _said("length", "finish_reason length: the reply was cut", whole=False),
    _said("filter", "finish_reason content_filter", whole=False),
    _said("refusal", "the model refuses", whole=False),
    _said("empty", "the reply has no content", whole=False),
    _said("tool-json", "a tool's arguments are not JSON", "tools"),
    _said("tool-type", "a tool's argument has the wrong type", "tools"),
    _said("tool-unknown", "the model calls a tool that does not exist", "tools"),
    _said("json-broken", "a structured reply is no JSON", "schema"),
    _said("json-type", "a structured reply has a value of the wrong type", "schema"),
    Kind("brownout", "condition", "latency times a factor, and 503 at a rate", whole=False),
    Kind("version", "condition", "another version answers under the same name"),
    Kind("price", "condition", "every price times a factor"),
)

KINDS: Final = {each.name: each for each in _ALL}


def kind(name: str) -> Kind:
    """Return a kind by name; KeyError where there is none."""
    return KINDS[name]
