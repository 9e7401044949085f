"""Several cases of one task, put together."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.checks import Score, Step
from autograder.errors import JudgeBroken, LearnerFault
from autograder.judging.judge import Judge
from autograder.judging.learner import Transport

__all__ = ["StepSummary", "Verdict", "combine", "judge_cases", "undecided", "unreached"]


@dataclass(frozen=True)
class StepSummary:
    """Tell on how many cases a step passed, and show the first failure."""

    name: str
    weight: float
    passed: int
    cases: int
    failure: Step | None


@dataclass(frozen=True)
class Verdict:
    """Hold one task's result over its cases.

    `fraction` in 0..1 is the mean over cases (the minimum where the judge
    carries `aggregate = "minimum"`); `note` says what happened to the task
    beyond its scores, e.g. that it was not reached. `broken` says that the
    judge itself failed: no mark is decided, and a person has to look.
    """

    task_id: str
    points: float
    fraction: float
    scores: tuple[Score, ...] = ()
    seeds: tuple[int, ...] = ()
    note: str = ""
    broken: bool = False

    @property
    def full(self) -> bool:
        """Tell whether every step passed on every case."""
        return bool(self.scores) and all(score.full for score in self.scores)

    @property
    def mark(self) -> float:
        """Return the points earned, to six decimals."""
        return self.points if self.full else round(self.points * self.fraction, 6)

    @property
    def reason(self) -> str:
        """Give the first failed step's reason over all cases, the note, or ""."""
        return next((s.reason for s in self.scores if not s.full), self.note)

    def steps(self) -> list[StepSummary]:
        """Summarise each step over the cases, in the judge's order."""
        names = list(dict.fromkeys(step.name for score in self.scores for step in score.steps))
        return [self._summary(name) for name in names]

    def _summary(self, name: str) -> StepSummary:
        found = [s for score in self.scores for s in score.steps if s.name == name]
        failure = next((s for s in found if not s.passed), None)
        passed = sum(s.passed for s in found)
        return StepSummary(name, found[0].weight, passed, len(found), failure)


def judge_cases(judge: Judge, transport: Transport, seeds: list[int]) -> Verdict:
    """Judge every case of a task through one transport."""
    scores = tuple(judge.score(transport, seed) for seed in seeds)
    return combine(judge, scores, seeds)


def combine(judge: Judge, scores: tuple[Score, ...], seeds: list[int]) -> Verdict:
    """Put the scores of a task's cases together as its judge says."""
    values = [score.value for score in scores]
    minimum = getattr(judge.function, "aggregate", "mean") == "minimum"
    fraction = min(values) if minimum else sum(values) / len(values)
    return Verdict(judge.task.id, judge.task.points, fraction, scores, tuple(seeds))


def undecided(judge: Judge, seeds: list[int], failure: JudgeBroken) -> Verdict:
    """Leave a task to a person where its judge failed; say that it is the course's fault."""
    return Verdict(
        judge.task.id, judge.task.points, 0.0, (), tuple(seeds), str(failure), broken=True
    )


def unreached(judge: Judge, seeds: list[int], fault: LearnerFault) -> Verdict:
    """Give nothing for a task whose code never came to be called; say why."""
    return Verdict(judge.task.id, judge.task.points, 0.0, (), tuple(seeds), str(fault))
