"""Find a lesson's judges and run them on cases."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder import content
from autograder.checks import Score
from autograder.errors import ContentError, JudgeBroken, LearnerFault, RungsError
from autograder.judging.learner import InProcess, Learner, Transport
from autograder.manifest import Lesson, Task

__all__ = ["Judge", "judge_in_process", "load_judge", "load_probes"]


@dataclass(frozen=True)
class Judge:
    """Decide one task: `function(learner, seed) -> Score`, with its hint and reason."""

    lesson: Lesson
    task: Task
    function: Callable[[Learner, int], Score]
    hint: str = ""
    why: str = ""
    probes: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    def score(self, transport: Transport, seed: int) -> Score:
        """Judge one case; raise `JudgeBroken` where the judge itself fails."""
        try:
            result = self.function(Learner(transport), seed)
        except LearnerFault as fault:
            raise JudgeBroken(
                f"{self._place()} let a learner's fault escape ({fault}). "
                "Put every call inside a `ladder.step`."
            ) from fault
        except RungsError:
            raise
        except Exception as err:
            raise JudgeBroken(
                f"{self._place()} raised {type(err).__name__}: {err} on seed {seed}. "
                "This is a fault of the course, not of the answer."
            ) from err
        if not isinstance(result, Score):
            raise JudgeBroken(f"{self._place()} returned {type(result).__name__}, not a Score.")
        return result

    def _place(self) -> str:
        return f"The judge {self.lesson.id}/judge.py:{self.task.id}"


def load_judge(lesson_id: str, task_id: str) -> Judge:
    """Load a task's judge; raise `ContentError` where the manifest and the lesson disagree."""
    lesson = content.course().lesson(lesson_id)
    task = lesson.task(task_id)
    module = _module(content.lesson_dir(lesson.id) / "judge.py")
    function = getattr(module, task_id, None)
    if not callable(function):
        raise ContentError(
            f"{lesson.id}/judge.py has no function {task_id}, which course.yaml lists as a task. "
            "Add it, or remove the task from course.yaml."
        )
    return Judge(
        lesson,
        task,
        function,
        hint=getattr(module, "HINTS", {}).get(task_id, ""),
        why=getattr(module, "WHY", {}).get(task_id, ""),
        probes=load_probes(lesson.id),
    )


def load_probes(lesson_id: str) -> dict[str, Callable[..., Any]]:
    """Load the public functions of a lesson's probe.py, if it has one."""
    path = content.lesson_dir(lesson_id) / "probe.py"
    if not path.is_file():
        return {}
    module = _module(path)
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    }


def judge_in_process(
    lesson_id: str, task_id: str, namespace: Mapping[str, Any], seeds: Iterable[int]
) -> list[Score]:
    """Judge a namespace on these cases, in this process: the practice seat as a function."""
    judge = load_judge(lesson_id, task_id)
    transport = InProcess(namespace, judge.probes)
    return [judge.score(transport, seed) for seed in seeds]


@lru_cache(maxsize=64)
def _module(path: Path) -> ModuleType:
    name = f"rungs_lessons.{path.parent.name}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ContentError(f"{path} does not exist.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
