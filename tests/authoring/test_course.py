"""The course itself keeps the rules, and its generated files are what its sources say."""

from __future__ import annotations

import json
import re

import pytest

from autograder.authoring.generated import differences, render
from autograder.authoring.lesson import read_lesson
from autograder.authoring.lint import lint
from autograder.content import course, lesson_dir, repository_root

_REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


def test_the_course_lints() -> None:
    """No lesson breaks a rule."""
    root = repository_root()
    assert [finding.text(root) for finding in lint(root).findings] == []


def test_every_generated_file_is_committed_as_generated() -> None:
    """`rungs build --check` would find nothing."""
    root = repository_root()
    assert differences(root, render(root)) == []


@pytest.mark.parametrize("lesson", [entry.id for entry in course().ready])
def test_no_release_holds_a_line_of_a_solution(lesson: str) -> None:
    """An answer's region leaves no line in the released cell."""
    path = repository_root() / "notebooks" / "release" / lesson / f"{lesson}.ipynb"
    cells = {cell["id"]: cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}
    for cell in read_lesson(lesson_dir(lesson) / "lesson.py").with_role("answer", "written"):
        kept = _REGION.sub("", cell.source).splitlines()
        released = "".join(cells[f"{cell.role}-{cell.task}"]["source"]).splitlines()
        for region in _REGION.findall(cell.source):
            lines = [line for line in region.splitlines() if line.strip() and line not in kept]
            assert [line for line in lines if line in released] == []
    assert "SOLUTION" not in path.read_text(encoding="utf-8")
