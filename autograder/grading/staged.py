"""The cases of one submission, staged again in the trusted process: a pack is never believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from autograder.cases import digest
from autograder.errors import JudgeBroken
from autograder.judging.case import Case, stage_case
from autograder.manifest import Lesson

__all__ = ["Staged", "stage_cases"]


@dataclass
class Staged:
    """Hold each case's public view as JSON, or why a record of it cannot be judged."""

    texts: dict[str, str] = field(default_factory=dict)
    failures: dict[str, JudgeBroken] = field(default_factory=dict)


def stage_cases(
    lesson: Lesson, seeds: Callable[[str], list[int]], handed: Mapping[str, str]
) -> Staged:
    """Stage each case of a lesson from its seed, and want what was handed out."""
    made = Staged()
    for name in lesson.cases:
        task = next(task for task in lesson.tasks if task.case == name)
        try:
            case = _case(lesson, name, seeds(task.id)[0])
            _same(name, case, handed.get(name))
        except JudgeBroken as failure:
            made.failures[name] = failure
        else:
            made.texts[name] = case.text
    return made


def _case(lesson: Lesson, name: str, seed: int) -> Case:
    try:
        return stage_case(lesson, name, seed)
    except Exception as err:
        raise JudgeBroken(
            f"{lesson.id}/judge.py:{name} raised {type(err).__name__}: {err}. "
            "This is a fault of the course, not of the record."
        ) from err


def _same(name: str, case: Case, handed: str | None) -> None:
    if handed is not None and digest(case.public) != handed:
        raise JudgeBroken(
            f"The {name} that this learner was given is not what this version of the course "
            "makes of its seed, so the record was not judged. Grade with the version that "
            "released it, or give the mark by hand."
        )
