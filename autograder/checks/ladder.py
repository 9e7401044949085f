"""Partial credit as named steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from autograder.checks.words import Mismatch
from autograder.errors import ChannelBroken, LearnerFault, Missing, NotYetWritten, TooSlow

__all__ = ["Ladder", "Score", "Step"]

_FINAL = (ChannelBroken, Missing, NotYetWritten, TooSlow)


@dataclass(frozen=True)
class Step:
    """Record one named step of a task and, where it failed, why.

    `call`, `got` and `want` are short printed forms of the last call the judge
    made in this step, what came back and what was expected.
    """

    name: str
    weight: float
    passed: bool
    reason: str = ""
    call: str = ""
    got: str = ""
    want: str = ""


@dataclass(frozen=True)
class Score:
    """Hold a task's result on one case: `value` in 0..1 and the steps behind it."""

    value: float
    steps: tuple[Step, ...]

    @property
    def full(self) -> bool:
        """Tell whether every step passed."""
        return all(step.passed for step in self.steps)

    @property
    def reason(self) -> str:
        """Give the first failed step's reason, or ""."""
        return next((step.reason for step in self.steps if not step.passed), "")


class _Recorder(Protocol):
    """What a ladder needs of a learner: the last call, printed, and a door to close."""

    @property
    def last_call(self) -> str: ...

    @property
    def last_result(self) -> str: ...

    def close_with(self, error: Exception | None) -> None: ...


class Ladder:
    """Collect the steps of one case into a score.

    Each step is tried on its own, unless `after` names a step that failed. A
    missing function, an untouched stub, a time-out or a dead process ends the
    ladder: later steps fail with the same reason and nothing more is called.
    """

    def __init__(self, learner: _Recorder) -> None:
        self._learner = learner
        self._steps: list[Step] = []
        self._ended = ""

    @contextmanager
    def step(self, name: str, weight: float = 1.0, after: str = "") -> Iterator[None]:
        """Judge one step; whatever a check word or the learner raises fails it.

        The body runs against a closed door where the step must not be tried:
        its first call raises, so judges need no branches of their own.
        """
        blocked = self._ended or self._unmet(after)
        before = self._learner.last_call
        if blocked:
            self._learner.close_with(_Closed())
            # A body may also use what an earlier, failed step never set.
            with suppress(Exception):
                try:
                    yield
                finally:
                    self._learner.close_with(None)
            self._steps.append(Step(name, weight, passed=False, reason=blocked))
            return
        try:
            yield
        except Mismatch as miss:
            self._fail(name, weight, miss.reason, miss.got or self._learner.last_result, miss.want)
        except LearnerFault as fault:
            if isinstance(fault, _FINAL):
                self._ended = str(fault)
            shown = self._learner.last_call if self._learner.last_call != before else ""
            self._steps.append(Step(name, weight, passed=False, reason=str(fault), call=shown))
        else:
            self._steps.append(Step(name, weight, passed=True))

    def score(self) -> Score:
        """Return the share of weight that passed, with the steps."""
        total = sum(step.weight for step in self._steps)
        passed = sum(step.weight for step in self._steps if step.passed)
        return Score(passed / total if total else 0.0, tuple(self._steps))

    def _fail(self, name: str, weight: float, reason: str, got: str, want: str) -> None:
        call = self._learner.last_call
        self._steps.append(Step(name, weight, False, reason, call, got, want))

    def _unmet(self, after: str) -> str:
        if not after:
            return ""
        for step in self._steps:
            if step.name == after:
                return "" if step.passed else f"Not tried: the step “{after}” comes first."
        raise ValueError(f"no earlier step is named {after!r}")


class _Closed(Exception):
    """End the body of a step that must not be tried."""
