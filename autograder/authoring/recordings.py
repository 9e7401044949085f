"""Record what every submission of a lesson answered on the practice cases, and play it back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, cast

from pydantic import TypeAdapter

from autograder.authoring.forks import Emit
from autograder.authoring.room import Limits, Room, Submission, replay
from autograder.channel import Reply, Request
from autograder.checks import Score
from autograder.errors import ContentError
from autograder.judging import InProcess, Judge
from autograder.judging.seeds import practice_seeds

if TYPE_CHECKING:
    from autograder.provider.engine import Provider
    from autograder.provider.ledger import Call

__all__ = ["CaseChanged", "Played", "Recording", "outcome", "record"]


@dataclass(frozen=True)
class Recording:
    """Hold one submission on one case: requests and replies without ids, and the outcome.

    `calls` has, for each exchange, what reached a served provider meanwhile;
    `base_urls` where each provider was served.
    """

    seed: int
    exchanges: tuple[tuple[dict[str, Any], dict[str, Any]], ...]
    outcome: list[Any]
    calls: tuple[list[Any], ...] = ()
    base_urls: tuple[str, ...] = ()


class CaseChanged(BaseException):
    """Report a request that is not the recorded one; no judge can catch it by accident."""


class Played:
    """Answer a recorded sequence of requests with the recorded replies."""

    def __init__(self, recording: Recording) -> None:
        self._exchanges = recording.exchanges
        self._calls = recording.calls
        self._base_urls = iter(recording.base_urls)
        self._provider: Provider | None = None
        self._next = 0

    def ask(self, request: Request) -> Reply:
        """Return the recorded reply; raise `CaseChanged` at a request that differs."""
        if self._next >= len(self._exchanges):
            raise CaseChanged
        wanted, reply = self._exchanges[self._next]
        self._next += 1
        # As text, since the order of a dict's keys is part of what was asked.
        if json.dumps(_without_id(request)) != json.dumps(wanted):
            raise CaseChanged
        if self._provider is not None:
            for call in self._calls[self._next - 1]:
                self._provider.ledger.append(_calls().validate_python(call))
        return cast(Reply, {"id": request["id"], **reply})

    @contextmanager
    def serve(self, provider: Provider) -> Iterator[str]:
        """Serve nothing: what reached the provider then is written into its ledger again."""
        base_url = next(self._base_urls, None)
        if base_url is None:
            raise CaseChanged
        self._provider = provider
        try:
            yield base_url
        finally:
            self._provider = None

    @property
    def exhausted(self) -> bool:
        """Tell whether every recorded request was made again."""
        return self._next == len(self._exchanges)


def outcome(score: Score) -> list[Any]:
    """Return what a learner can tell apart about a score, as plain data."""
    steps = [[s.name, s.weight, s.passed, s.reason, s.got, s.want] for s in score.steps]
    return [round(score.value, 9), steps]


def record(
    room: Room, wanted: Iterable[Submission], count: int, limits: Limits
) -> dict[Submission, tuple[Recording, ...]]:
    """Run submissions on `count` practice cases each and return what crossed the channel.

    Raises `ContentError` where one of them does not come to an end.
    """

    def run(submission: Submission, judge: Judge, transport: InProcess, emit: Emit) -> None:
        for seed in practice_seeds(room.lesson.id, submission.task.id, count=count):
            tap = _Tap(transport)
            score = judge.score(tap, seed)
            emit([seed, tap.exchanges, outcome(score), tap.calls, tap.base_urls])

    found = {}
    for submission, emitted, ended in replay(room, wanted, run, limits):
        if ended:
            raise ContentError(f"{submission.task.id}, {submission.name}: {ended}")
        found[submission] = tuple(
            Recording(seed, tuple((q, r) for q, r in exchanges), result, tuple(calls), tuple(urls))
            for seed, exchanges, result, calls, urls in emitted
        )
    return found


class _Tap:
    """Pass requests on and keep them with their replies, and with a served provider's calls."""

    def __init__(self, inner: InProcess) -> None:
        self._inner = inner
        self._ended: list[Call] = []
        self.exchanges: list[list[dict[str, Any]]] = []
        self.calls: list[list[Any]] = []
        self.base_urls: list[str] = []

    def ask(self, request: Request) -> Reply:
        self._ended.clear()
        reply = self._inner.ask(request)
        self.exchanges.append([_without_id(request), _without_id(reply)])
        # A completion without hidden fields has an empty view in their place.
        dump = partial(_calls().dump_python, mode="json", fallback=dict)
        self.calls.append(list(map(dump, self._ended)))
        return reply

    @contextmanager
    def serve(self, provider: Provider) -> Iterator[str]:
        provider.ledger.watch(self._ended.append)
        with self._inner.serve(provider) as base_url:
            self.base_urls.append(base_url)
            yield base_url


@lru_cache(maxsize=1)
def _calls() -> TypeAdapter[Call]:
    from autograder.provider.ledger import Call

    return TypeAdapter(Call)


def _without_id(message: Request | Reply) -> dict[str, Any]:
    return {key: value for key, value in message.items() if key != "id"}
