"""A corpus is read strictly, and runs on the lesson's own names without touching this process."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from autograder.authoring.corpus import Code, add_code, lesson_code, read_corpus
from autograder.authoring.forks import Emit
from autograder.authoring.lesson import parse_lesson
from autograder.authoring.notebooks import release_notebooks, source_notebook
from autograder.authoring.room import Limits, Submission, replay
from autograder.errors import ContentError
from autograder.judging import InProcess, Judge

if TYPE_CHECKING:
    from tests.authoring.conftest import TinyCourse

WRONG = """\
\"\"\"Read per-million prices as per-thousand.

task: price
score: {score}
says: Your answer is 1,000 times too large,
  because list prices are per million.
\"\"\"
def price():
    return 1
"""


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_wrong_entry_carries_title_task_score_and_message(tmp_path: Path) -> None:
    """Every field of the docstring arrives, a message of two lines as one."""
    _write(tmp_path, "wrong_unit", WRONG.format(score="0.25"))
    (entry,) = read_corpus(tmp_path, ("price",))
    expected = "Your answer is 1,000 times too large, because list prices are per million."
    assert entry.says == expected
    assert (entry.kind, entry.task, entry.declared) == ("wrong", "price", "0.25")
    assert entry.title == "Read per-million prices as per-thousand."


def test_an_interval_keeps_both_ends(tmp_path: Path) -> None:
    """`0.2..0.6` is not an exact score."""
    _write(tmp_path, "wrong_unit", WRONG.format(score="0.2..0.6"))
    (entry,) = read_corpus(tmp_path, ("price",))
    assert (entry.low, entry.high, entry.exact) == (0.2, 0.6, False)


def test_entries_come_by_task_then_right_before_wrong(tmp_path: Path) -> None:
    """The order is the lesson's, and the same on every machine."""
    _write(tmp_path, "wrong_a", WRONG.format(score=0))
    _write(tmp_path, "right_b", '"""Do it.\n\ntask: price\n"""\n')
    _write(tmp_path, "right_a", '"""Do it.\n\ntask: other\n"""\n')
    found = [entry.name for entry in read_corpus(tmp_path, ("price", "other"))]
    assert found == ["right_b", "wrong_a", "right_a"]


@pytest.mark.parametrize(
    ("name", "text", "line", "word"),
    [
        ("maybe_a", "", 1, "right or a wrong"),
        ("right_a", "x = 1\n", 1, "no docstring"),
        ("right_a", '"""Do it.\n\ntask: nothing\n"""\n', 3, "'nothing'"),
        ("right_a", '"""Do it."""\n', 1, "no task"),
        ("right_a", '"""Do it.\n\ntask: price\nscore: 0.5\n"""\n', 4, "scores full"),
        ("right_a", '"""Do it.\n\ntask: price\nscroe: 1\n"""\n', 4, "scroe"),
        ("right_a", '"""Do it.\n\ntask: price\n"""\nx = = 1\n', 5, "invalid syntax"),
        ("wrong_a", WRONG.format(score="1"), 4, "not one below 1"),
        ("wrong_a", WRONG.format(score="0.6..0.2"), 4, "not one below 1"),
        ("wrong_a", WRONG.format(score="half"), 4, "not one below 1"),
        ("wrong_a", WRONG.replace("score: {score}\n", ""), 1, "no `score:`"),
        ("wrong_a", '"""Do it.\n\ntask: price\nscore: 0\n"""\n', 1, "no `says:`"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_line(
    tmp_path: Path, name: str, text: str, line: int, word: str
) -> None:
    """An error says which file, which line and what is wrong there."""
    _write(tmp_path, name, text)
    with pytest.raises(ContentError, match=rf"{name}\.py:{line}: ") as caught:
        read_corpus(tmp_path, ("price",))
    assert word in str(caught.value)


def test_the_stub_is_the_one_nbgrader_makes(tiny: TinyCourse) -> None:
    """Our untouched lesson has the code cells of the release notebook, check cells aside."""
    with tiny.open() as room:
        assert room.authored is not None
        made = release_notebooks({room.lesson.id: source_notebook(room.authored, "1")})
        ours = [code.source for code in lesson_code(room.authored, stub=True)]
    notebook = nbformat.reads(made[room.lesson.id].decode(), as_version=4)
    theirs = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert ours == [source for source in theirs if not source.startswith("check(")]


def test_code_may_await_at_the_top(tmp_path: Path) -> None:
    """A cell's own await works, as in a notebook."""
    namespace: dict[str, object] = {}
    source = "import asyncio\nanswer = await asyncio.sleep(0, result=3)\n"
    add_code(namespace, Code("cell", 1, source))
    assert namespace["answer"] == 3


def test_a_cell_that_raises_is_named_by_its_line_in_the_lesson() -> None:
    """The line is the file's, not the cell's."""
    text = "# %% [markdown]\n# # Title\n# %%\nx = 1\ny = x / 0\n"
    (code,) = lesson_code(parse_lesson(text, Path("notebooks/lessons/01_a/lesson.py")))
    with pytest.raises(ContentError, match=r"01_a/lesson\.py:5: ZeroDivisionError"):
        add_code({}, code)


def test_a_replay_leaves_this_process_as_it_was(tiny: TinyCourse) -> None:
    """The lesson's imports, folder, main module and output stay in the child."""
    tiny.edit("lesson.py", "import math\n", "import math\nimport this\nprint(math.pi)\n")
    before = (os.getcwd(), sys.modules["__main__"], os.environ.get("MPLBACKEND"))

    def run(submission: Submission, judge: Judge, transport: InProcess, emit: Emit) -> None:
        emit(["this" in sys.modules, os.getcwd() == before[0]])

    with tiny.open() as room:
        wanted = room.submissions(room.lesson.tasks[0])[:2]
        found = [emitted for _, emitted, _ in replay(room, wanted, run, Limits())]
    assert found == [[[True, False]]] * 2
    assert (os.getcwd(), sys.modules["__main__"], os.environ.get("MPLBACKEND")) == before
    assert "this" not in sys.modules
