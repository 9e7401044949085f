"""A transport that remembers what was asked, what came back and what was printed."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.channel import Reply, Request, decode
from autograder.checks import Step
from autograder.errors import NotPortable
from autograder.judging.learner import InProcess, written_call

__all__ = ["Exchange", "Recorder"]

_FULL = 2000


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

    def written(self, longest: int = 240) -> str:
        """Write the request as the call it stands for."""
        if self.request["op"] == "value":
            return self.request["name"]
        args, kwargs = decode(self.request["args"]), decode(self.request["kwargs"])
        return written_call(self.request["name"], args, kwargs, longest)

    def shown(self, step: Step) -> Step:
        """Return a failed step with its call and result printed in full."""
        got = step.got
        if got.endswith("…") and "ok" in self.reply:
            try:
                got = repr(decode(self.reply["ok"]))[:_FULL]
            except NotPortable:
                got = step.got
        return Step(
            step.name, step.weight, step.passed, step.reason, self.written(_FULL), got, step.want
        )


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

    def find(self, step: Step, start: int, end: int) -> Exchange | None:
        """Find the last exchange between two positions that made this step's call."""
        for exchange in reversed(self.exchanges[start:end]):
            if step.call and exchange.written() == step.call:
                return exchange
        return None
