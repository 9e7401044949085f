"""Case tasks: a record that a person writes about the one case released to them.

A judge module stages a case with a function of its name, and judges with
`case_task`. In the official seat the judge has the truth; in practice it has
only the pack, so the steps named in `sealed` are not decided there, and no
check can be asked what the answer is.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from autograder.checks import Score
from autograder.errors import ContentError, JudgeBroken, LearnerFault
from autograder.judging.judge import Judge, load_judge
from autograder.judging.learner import Learner, Transport
from autograder.manifest import Lesson

__all__ = [
    "Case",
    "CaseJudge",
    "Opened",
    "Sealed",
    "case_judge",
    "case_task",
    "open_score",
    "stage_case",
]


class Sealed(LearnerFault):
    """A judge asked for the truth where only the pack is known; no fault of the learner's."""

    def __init__(self) -> None:
        super().__init__("Decided when your record is graded, and not here.")


class Case:
    """One case: `public` is what its learner reads, `truth` what only the official seat knows.

    `public` must be plain JSON data without label or seed, and is given as
    reading JSON gives it, with lists for tuples.
    """

    def __init__(self, public: Any, truth: Any = None) -> None:
        try:
            self.text = json.dumps(public, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError) as err:
            raise ContentError(f"The public view of a case is not plain JSON: {err}.") from err
        self.public = json.loads(self.text)
        self._truth = truth

    @property
    def truth(self) -> Any:
        """Return what is true of the case; raise `Sealed` where that is not known."""
        if self._truth is None:
            raise Sealed
        return self._truth


@dataclass(frozen=True)
class Opened:
    """Hold what can be decided without the truth.

    `share` is the part of the task's points that the steps of `score` are
    worth, `sealed` the steps that stay undecided.
    """

    score: Score
    share: float
    sealed: tuple[str, ...]


@dataclass(frozen=True)
class CaseJudge:
    """Judge a record: `judge(learner, seed)` with the truth, `opened` without."""

    function: Callable[[Learner, Case], Score]
    stage: Callable[[int], Case]
    sealed: tuple[str, ...]

    def __call__(self, learner: Learner, seed: int) -> Score:
        """Stage the case of a seed and judge the learner's record of it."""
        score = self.function(learner, self.stage(seed))
        if strange := set(self.sealed) - {step.name for step in score.steps}:
            raise JudgeBroken(f"{sorted(strange)} are named as sealed and are no steps.")
        return score

    def opened(self, learner: Learner, public: Any) -> Opened:
        """Judge a record by the pack alone."""
        steps = self.function(learner, Case(public)).steps
        known = tuple(step for step in steps if step.name not in self.sealed)
        if told := [step.name for step in known if step.reason == str(Sealed())]:
            raise JudgeBroken(f"The steps {told} need the truth and are not named as sealed.")
        weight = sum(step.weight for step in known)
        if not weight:
            raise JudgeBroken("Every step is sealed, so that a check has nothing to say.")
        passed = sum(step.weight for step in known if step.passed)
        share = weight / sum(step.weight for step in steps)
        left = tuple(dict.fromkeys(step.name for step in steps if step.name in self.sealed))
        return Opened(Score(passed / weight, known), share, left)


def case_task(
    stage: Callable[[int], Case], *, sealed: tuple[str, ...]
) -> Callable[[Callable[[Learner, Case], Score]], CaseJudge]:
    """Make a judge of `function(learner, case)`; steps named in `sealed` use `case.truth`.

    `stage` is the judge module's function with the case's name. A record is
    asked for with `learner.call(task, case.public)`.
    """
    return lambda function: CaseJudge(function, stage, sealed)


def case_judge(judge: Judge) -> CaseJudge:
    """Return a case task's judge as such; raise `ContentError` where it is an ordinary one."""
    if isinstance(judge.function, CaseJudge):
        return judge.function
    raise ContentError(
        f"{judge.lesson.id}/judge.py: {judge.task.id} is a case task in course.yaml. "
        f"Put `@case_task({judge.task.case}, sealed=(…))` before it."
    )


def open_score(judge: Judge, transport: Transport, public: Any) -> Opened:
    """Judge a record by the pack alone; raise `JudgeBroken` where the judge itself fails."""
    known = case_judge(judge)
    found: list[Opened] = []

    def by_pack(learner: Learner, seed: int) -> Score:
        found[:] = [known.opened(learner, public)]
        return found[0].score

    replace(judge, function=by_pack).score(transport, 0)
    return found[0]


def stage_case(lesson: Lesson, case: str, seed: int) -> Case:
    """Stage the case of a seed as a lesson's judge does."""
    task = next(task for task in lesson.tasks if task.case == case)
    return case_judge(load_judge(lesson.id, task.id)).stage(seed)
