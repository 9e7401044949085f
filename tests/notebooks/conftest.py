"""A lesson's text, judge and solved namespace, for the module that names it in `LESSON`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import matplotlib.pyplot as plt
import pytest

import autograder
from autograder import content
from autograder.authoring.lesson import Lesson, read_lesson
from autograder.judging.judge import load_judge


@pytest.fixture(scope="module")
def lesson(request: pytest.FixtureRequest) -> Lesson:
    """Read the lesson as authored."""
    return read_lesson(content.lesson_dir(request.module.LESSON) / "lesson.py")


@pytest.fixture(scope="module")
def judge(request: pytest.FixtureRequest) -> ModuleType:
    """Give the module of the lesson's judges."""
    name = request.module.LESSON
    first = content.course().lesson(name).tasks[0].id
    return sys.modules[load_judge(name, first).function.__module__]


@pytest.fixture(scope="module")
def solved(request: pytest.FixtureRequest, lesson: Lesson) -> Iterator[dict[str, Any]]:
    """Run every code cell with the references; `outcomes` holds what came of each prediction."""
    plt.switch_backend("Agg")
    outcomes: dict[str, Any] = {}

    def note(name: str, value: Any = ..., *, actual: Any = ...) -> None:
        if actual is not ...:
            outcomes[name] = actual

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(autograder, "predict", note, raising=False)
        patch.setattr(autograder, "check", lambda task: None, raising=False)
        patch.setattr(plt, "show", lambda: plt.close("all"))
        namespace: dict[str, Any] = {"outcomes": outcomes}
        for cell in lesson.of_kind("code"):
            place = f"{request.module.LESSON}:{cell.line}"
            exec(compile(cell.source, place, "exec"), namespace)
        yield namespace
