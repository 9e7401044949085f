"""Record what every submission of a lesson answered on the practice cases, and play it back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from autograder.authoring.forks import Emit
from autograder.authoring.room import Limits, Room, Submission, replay
from autograder.channel import Reply, Request
from autograder.checks import Score
from autograder.errors import ContentError
from autograder.judging import InProcess, Judge
from autograder.judging.seeds import practice_seeds

__all__ = ["CaseChanged", "Played", "Recording", "outcome", "record"]


@dataclass(frozen=True)
class Recording:
    """Hold one submission on one case: requests and replies without ids, and the outcome."""

    seed: int
    exchanges: tuple[tuple[dict[str, Any], dict[str, Any]], ...]
    outcome: list[Any]


class CaseChanged(BaseException):
    """Report a request that is not the recorded one; no judge can catch it by accident."""


class Played:
    """Answer a recorded sequence of requests with the recorded replies."""

    def __init__(self, recording: Recording) -> None:
        self._exchanges = recording.exchanges
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
        return cast(Reply, {"id": request["id"], **reply})

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
            emit([seed, tap.exchanges, outcome(score)])

    found = {}
    for submission, emitted, ended in replay(room, wanted, run, limits):
        if ended:
            raise ContentError(f"{submission.task.id}, {submission.name}: {ended}")
        found[submission] = tuple(
            Recording(seed, tuple((q, r) for q, r in exchanges), result)
            for seed, exchanges, result in emitted
        )
    return found


class _Tap:
    """Pass requests on and keep them with their replies."""

    def __init__(self, inner: InProcess) -> None:
        self._inner = inner
        self.exchanges: list[list[dict[str, Any]]] = []

    def ask(self, request: Request) -> Reply:
        reply = self._inner.ask(request)
        self.exchanges.append([_without_id(request), _without_id(reply)])
        return reply


def _without_id(message: Request | Reply) -> dict[str, Any]:
    return {key: value for key, value in message.items() if key != "id"}
