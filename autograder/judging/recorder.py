"""A transport that remembers what was asked, what came back and what was printed."""

from __future__ import annotations

from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from autograder.channel import Reply, Request, decode
from autograder.checks import Step
from autograder.checks.words import show
from autograder.errors import NotPortable
from autograder.judging.learner import InProcess, whole_call, written_call

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["Exchange", "Recorder"]

_FULL = 640  # characters of a result


@dataclass(frozen=True)
class Exchange:
    """One request with its reply and what the learner's code printed meanwhile."""

    request: Request
    reply: Reply
    printed: str

    @property
    def fault(self) -> str:
        """Name the kind of fault in the reply, or ""."""
        return (self.reply.get("fault") or [""])[0]

    def written(self) -> str:
        """Write the request as the call it stands for, as a step shows it."""
        if self.request["op"] == "value":
            return self.request["name"]
        return written_call(self.request["name"], *self._arguments())

    def whole(self, longest: int) -> str:
        """Write the request as a call with nothing left out; "" where it is longer than that."""
        if self.request["op"] == "value":
            return self.request["name"]
        return whole_call(self.request["name"], *self._arguments(), longest)

    def _arguments(self) -> tuple[list[Any], dict[str, Any]]:
        return decode(self.request["args"]), decode(self.request["kwargs"])

    def shown(self, step: Step) -> Step:
        """Return a failed step with more of its result."""
        got = step.got
        if got.endswith("…") and "ok" in self.reply:
            with suppress(NotPortable):
                got = show(decode(self.reply["ok"]), _FULL)
        return replace(step, call=self.written(), got=got)


class Recorder:
    """Pass requests on to a learner in this process and keep every exchange."""

    def __init__(self, inner: InProcess) -> None:
        self._inner = inner
        self.exchanges: list[Exchange] = []
        self.asking: Request | None = None

    def ask(self, request: Request) -> Reply:
        """Answer and remember; `asking` holds a request that was never answered."""
        self.asking = request
        reply = self._inner.ask(request)
        self.exchanges.append(Exchange(request, reply, self._inner.printed))
        self.asking = None
        return reply

    def serve(self, provider: Provider) -> AbstractContextManager[str]:
        """Serve as the learner in this process does."""
        return self._inner.serve(provider)

    def find(self, step: Step, start: int, end: int) -> Exchange | None:
        """Find the last exchange between two positions that made this step's call."""
        for exchange in reversed(self.exchanges[start:end]):
            if step.call and exchange.written() == step.call:
                return exchange
        return None
