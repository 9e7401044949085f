"""lesson.py becomes cells that know their role and their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring.lesson import LessonError, parse_lesson, read_lesson

PATH = Path("notebooks/lessons/01_tiny/lesson.py")


def test_every_line_of_a_cell_is_found_in_the_file(lesson_file: Path) -> None:
    """A cell's line i stands in the file at `line_of(i)`, in code and in Markdown."""
    lines = lesson_file.read_text(encoding="utf-8").splitlines()
    for cell in read_lesson(lesson_file).cells:
        for offset, text in enumerate(cell.source.splitlines()):
            written = lines[cell.line_of(offset) - 1]
            if cell.kind == "markdown":
                written = written.removeprefix("#").removeprefix(" ")
            assert written == text


def test_markers_become_roles_tasks_and_points(lesson_file: Path) -> None:
    """Role, task and points of a marker arrive typed; a cell without a role has a plain one."""
    found = [(c.role, c.kind, c.task, c.points) for c in read_lesson(lesson_file).cells]
    assert found[:2] == [("text", "markdown", None, None), ("setup", "code", None, None)]
    assert ("answer", "code", "count_words", 4.0) in found
    assert ("check", "code", "count_words", None) in found
    assert ("written", "markdown", "word_memo", 6.0) in found
    assert ("rubric", "markdown", "word_memo", None) in found


def test_a_comment_that_looks_like_a_magic_stays_a_comment() -> None:
    """jupytext's magics do not reach into authored text."""
    lesson = parse_lesson("# %%\n# %time is short\nx = 1\n", PATH)
    assert lesson.cells[0].source == "# %time is short\nx = 1"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "has no cell"),
        ('"""Doc."""\n# %%\nx = 1\n', 1, "before the first cell"),
        ('# %%\nx = """\n# %% inside\n"""\n', 3, "1 cells"),
        ("# %% [raw]\nx\n", 1, "raw cell"),
        ('# %% role="anser" task="a"\n', 1, "no role 'anser'"),
        ('# %%\n# %% role="answer" points=4\n', 2, "names no task"),
        ('# %% role="answer" task="Task 1" points=4\n', 1, "'Task 1'"),
        ('# %% role="answer" task="a_b"\n', 1, "worth no points"),
        ('# %% role="answer" task="a_b" points=0\n', 1, "worth 0"),
        ('# %% role="check" task="a_b" points=4\n', 1, "carries points"),
        ('# %% task="a_b"\n', 1, "role code names a task"),
        ('# %% [markdown] role="answer" task="a_b" points=4\n', 1, "is a code cell"),
        ('# %% role="written" task="a_b" points=4\n', 1, "is a markdown cell"),
        ("# %% A title\n", 1, "title"),
        ("# %% colour=3\n", 1, "colour"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, line: int, what: str) -> None:
    """A marker that means nothing stops the reading with file, line and remedy."""
    with pytest.raises(LessonError) as caught:
        parse_lesson(text, PATH)
    assert caught.value.line == line
    assert what in caught.value.what
    assert str(caught.value).startswith(f"notebooks/lessons/01_tiny/lesson.py:{line}: ")


def test_a_missing_lesson_is_named(tmp_path: Path) -> None:
    """A lesson without lesson.py says so instead of a traceback."""
    with pytest.raises(LessonError, match="does not exist"):
        read_lesson(tmp_path / "lesson.py")
