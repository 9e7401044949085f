"""The learner as a judge sees them: calls go out, plain values come back."""

from __future__ import annotations

import contextlib
import io
import json
import secrets
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from autograder.channel import Reply, Request, answer, decode, encode
from autograder.channel.answer import fault_of
from autograder.checks.words import show
from autograder.errors import ChannelBroken, LearnerFault

if TYPE_CHECKING:
    from autograder.provider.engine import Provider
    from autograder.provider.server import Server

__all__ = ["InProcess", "Learner", "Transport", "whole_call", "written_call"]

_READABLE = 640  # characters of a call that a person still reads
_EXCERPT = 280  # characters of arguments that are shown of a longer one


class Transport(Protocol):
    """Carry one request to the learner's code and bring the reply back."""

    def ask(self, request: Request) -> Reply:
        """Return the reply; raise `TooSlow` or `ChannelBroken` where there is none."""

    def serve(self, provider: Provider) -> AbstractContextManager[str]:
        """Serve a provider where the learner's code reaches it; give its base URL."""


class InProcess:
    """Answer from a namespace in this process: the practice seat.

    Requests and replies pass through the same codec as in the official seat.
    `printed` holds what the learner's code wrote during the last request.
    """

    def __init__(
        self,
        namespace: Mapping[str, Any],
        probes: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        self._namespace = namespace
        self._probes = probes or {}
        self._server: Server | None = None
        self.printed = ""

    def ask(self, request: Request) -> Reply:
        """Answer at once, with output and warnings caught."""
        out = io.StringIO()
        wire: Request = json.loads(json.dumps(request))
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(out),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            reply = answer(wire, self._namespace, self._probes)
        self.printed = out.getvalue()
        if self._server:
            self._server.settle()
        return reply

    @contextlib.contextmanager
    def serve(self, provider: Provider) -> Iterator[str]:
        """Serve on a free loopback port of this computer."""
        from autograder.provider.server import serve

        with serve(provider) as self._server:
            try:
                yield self._server.base_url
            finally:
                self._server = None


class Learner:
    """Call the learner's functions and read their values through a transport.

    Every fault of the learner's code arrives as a `LearnerFault`.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._closed: Exception | None = None
        self.last_call = ""
        self.last_result = ""

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Call the learner's function `name` with copies of these arguments."""
        return self._ask("call", name, args, kwargs)

    def value(self, name: str) -> Any:
        """Read the learner's variable `name`."""
        return self._ask("value", name, (), {})

    def probe(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Run the lesson's probe `name` in the learner's process; its word is untrusted."""
        return self._ask("probe", name, args, kwargs)

    def serving(self, provider: Provider) -> AbstractContextManager[str]:
        """Serve a provider to the learner's code within a `with` block, which gets the base URL.

        The provider runs beside the judge. What its ledger holds after a call
        is what the learner's code really sent, and its hidden part never
        leaves the judge's process in the official seat.
        """
        return self._transport.serve(provider)

    def close_with(self, error: Exception | None) -> None:
        """Raise `error` at every further call until closed with None."""
        self._closed = error

    def _ask(self, op: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self._closed is not None:
            raise self._closed
        self.last_call = name if op == "value" else written_call(name, args, kwargs)
        self.last_result = ""
        request: Request = {
            "id": secrets.token_hex(8),
            "op": op,
            "name": name,
            "args": encode(list(args), "the judge passes"),
            "kwargs": encode(kwargs, "the judge passes"),
        }
        result = _read(self._transport.ask(request), request["id"])
        self.last_result = show(result)
        return result


def written_call(name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """Write a call as code, with its longest arguments cut short where it is too long to read."""
    texts = [(label, show(value, _READABLE + 1)) for label, value in _arguments(args, kwargs)]
    whole = f"{name}({', '.join(f'{label}{text}' for label, text in texts)})"
    if len(whole) <= _READABLE:
        return whole
    texts = [(label, _cut(text, _EXCERPT)) for label, text in texts]
    longest = _share([len(text) for _, text in texts], _EXCERPT)
    parts = [f"{label}{_cut(text, longest)}" for label, text in texts]
    return f"{name}({', '.join(parts)})"


def whole_call(name: str, args: Sequence[Any], kwargs: Mapping[str, Any], longest: int) -> str:
    """Write a call as code; "" where that takes more than `longest` characters."""
    parts = []
    left = longest
    for label, value in _arguments(args, kwargs):
        text = show(value, longest + 1)
        left -= len(label) + len(text)
        if left < 0:
            return ""
        parts.append(f"{label}{text}")
    call = f"{name}({', '.join(parts)})"
    return call if len(call) <= longest else ""


def _arguments(args: Sequence[Any], kwargs: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [("", a) for a in args] + [(f"{k}=", v) for k, v in kwargs.items()]


def _share(sizes: list[int], room: int) -> int:
    """Return how long each text may be: short ones leave the rest of their share to the others."""
    waiting = len(sizes)
    for size in sorted(sizes):
        if size > room // waiting:
            return max(room // waiting, 16)
        room, waiting = room - size, waiting - 1
    return max(sizes, default=0)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _is_short_text(part: Any) -> bool:
    # Lone surrogates, which JSON can carry, could be written to no report.
    return (
        isinstance(part, str)
        and len(part) < 4000
        and not any("\ud800" <= letter <= "\udfff" for letter in part)
    )


def _read(reply: Any, wanted: str) -> Any:
    """Validate a reply from the learner's side; nothing in it is trusted."""
    if not isinstance(reply, dict) or reply.get("id") != wanted:
        raise ChannelBroken("The submission's process sent a message nobody asked for.")
    if "ok" in reply and len(reply) == 2:
        return decode(reply["ok"])
    parts = reply.get("fault") if len(reply) == 2 else None
    if isinstance(parts, list) and all(map(_is_short_text, parts)):
        try:
            fault: LearnerFault = fault_of(parts)
        except ValueError:
            fault = ChannelBroken("The submission's process sent a malformed message.")
        raise fault
    raise ChannelBroken("The submission's process sent a malformed message.")
