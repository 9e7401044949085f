"""Grade one submitted notebook in the official seat."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nbformat import NotebookNode

from autograder import content
from autograder.checks import Score, Step
from autograder.errors import ChannelBroken, JudgeBroken, SubmissionError, TooSlow
from autograder.grading.limits import Limits
from autograder.grading.preload import lesson_plan
from autograder.grading.replay import Replay, run_apart
from autograder.grading.staged import stage_cases
from autograder.judging.judge import Judge, load_judge
from autograder.judging.official import AgentGone
from autograder.judging.verdict import Verdict, combine, undecided, unreached
from autograder.kernel import require_sandbox

__all__ = ["GradedSubmission", "grade_notebook", "replayed_cells"]


@dataclass(frozen=True)
class GradedSubmission:
    """Hold what a submission earned: a verdict per task id, and notes for its owner."""

    lesson_id: str
    verdicts: dict[str, Verdict]
    notes: tuple[str, ...]
    seconds: float

    @property
    def mark(self) -> float:
        """Return the sum of the tasks' points."""
        return sum(v.mark for v in self.verdicts.values())


def grade_notebook(
    nb: NotebookNode,
    lesson_id: str,
    seeds: Callable[[str], list[int]],
    limits: Limits | None = None,
    handed: Mapping[str, str] | None = None,
) -> GradedSubmission:
    """Replay a notebook in a sandbox and judge every task of its lesson.

    `seeds` gives the cases of a task by its id; `handed` the digest of each
    case that this learner was given, to be found again. The notebook's cells get their
    outputs in place. A judge that fails leaves its task to a person. Raise
    `SandboxUnavailable` where there is no sandbox; nothing that the submission
    does raises.
    """
    limits = limits or Limits()
    if not limits.unsafe:
        require_sandbox()
    lesson = content.course().lesson(lesson_id)
    judges = [load_judge(lesson.id, task.id) for task in lesson.tasks]
    staged = stage_cases(lesson, seeds, handed or {})
    plan = lesson_plan(lesson.id, limits)
    replay = Replay(nb, replayed_cells(nb), limits, plan, cases=staged.texts)
    started = time.monotonic()
    verdicts = run_apart(_grade(replay, judges, seeds, staged.failures))
    return GradedSubmission(
        lesson.id, verdicts, tuple(replay.notes), round(time.monotonic() - started, 3)
    )


def replayed_cells(nb: NotebookNode) -> list[int]:
    """List the cells that are replayed: code cells that are not locked check cells."""
    return [
        position
        for position, cell in enumerate(nb.cells)
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade", False)
    ]


async def _grade(
    replay: Replay,
    judges: list[Judge],
    seeds: Callable[[str], list[int]],
    failures: Mapping[str, JudgeBroken] = MappingProxyType({}),
) -> dict[str, Verdict]:
    try:
        await replay.run()
        return {
            judge.task.id: undecided(judge, seeds(judge.task.id), failures[judge.task.case])
            if judge.task.case in failures
            else await _judge(replay, judge, seeds(judge.task.id))
            for judge in judges
        }
    finally:
        await replay.close()


async def _judge(replay: Replay, judge: Judge, seeds: list[int]) -> Verdict:
    for attempt in (1, 2):
        try:
            return _judge_in_fork(replay, judge, seeds)
        except AgentGone as fault:
            if attempt == 2:
                return unreached(judge, seeds, fault)
            if replay.out_of_time:
                return unreached(judge, seeds, fault)
            # The process itself is lost: the next task starts from a clean one.
            await replay.run()
        except SubmissionError as fault:
            return unreached(judge, seeds, ChannelBroken(str(fault)))
        except JudgeBroken as failure:
            return undecided(judge, seeds, failure)
    raise AssertionError("unreachable")


def _judge_in_fork(replay: Replay, judge: Judge, seeds: list[int]) -> Verdict:
    with replay.seat.fork() as learner:
        scores: list[Score] = []
        for seed in seeds:
            if learner.ended is None:
                scores.append(judge.score(learner, seed))
            else:
                scores.append(_not_tried(scores[-1], learner.ended))
        return combine(judge, tuple(scores), seeds)


def _not_tried(earlier: Score, fault: ChannelBroken | TooSlow) -> Score:
    """Give nothing for a case that came after a breach, under the same step names."""
    steps = tuple(Step(s.name, s.weight, passed=False, reason=str(fault)) for s in earlier.steps)
    return Score(0.0, steps)
