"""How often another learner's values, sent back on one's own case, are worth full marks."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from autograder import content
from autograder.authoring.lesson import read_lesson
from autograder.judging import judge_in_process

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]
LESSON = "17_hybrid_filter_rerank"
TASKS = [task.id for task in content.course().lesson(LESSON).tasks]
PAIRS = 400


def definitions() -> dict[str, Any]:
    """Define the lesson's functions and constants of text, and run none of its experiments."""
    names: dict[str, Any] = {"ids": []}
    for cell in read_lesson(content.lesson_dir(LESSON) / "lesson.py").of_kind("code"):
        tree = ast.parse(cell.source)
        tree.body = [node for node in tree.body if _defines(node)]
        exec(compile(tree, LESSON, "exec"), names)
    return names


def _defines(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        wanted = {"Run", "Ranked", "Qrels", "Rows", "Corpus", "Trace", "STOP", "stem"}
        return all(isinstance(goal, ast.Name) and goal.id in wanted for goal in node.targets)
    return isinstance(node, ast.FunctionDef | ast.Import | ast.ImportFrom)


@pytest.mark.parametrize("task", TASKS)
def test_copied_values_are_not_full(task: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The replies of case A, in their order, on case B: below full in 99.5 % of the pairs."""
    names = definitions()
    replies: list[Any] = []

    def remember(*args: Any) -> Any:
        replies.append(names[task](*args))
        return replies[-1]

    marks = []
    for seed in range(PAIRS):
        replies.clear()
        [own] = judge_in_process(LESSON, task, names | {task: remember}, [seed])
        assert own.full
        sent = iter([*replies, *replies])
        copied = names | {task: lambda *args, sent=sent: next(sent)}
        marks += judge_in_process(LESSON, task, copied, [seed + PAIRS])
    full = sum(mark.full for mark in marks)
    mean = sum(mark.value for mark in marks) / len(marks)
    with capsys.disabled():
        print(f"{task}: {full} of {len(marks)} copies full, mean score {mean:.3f}")
    assert full <= 0.005 * len(marks)
