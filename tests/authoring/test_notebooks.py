"""Source and release notebooks: complete, stable to the byte, and free of solutions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
import pytest

from autograder.authoring.generated import differences, notebooks, write
from autograder.authoring.lesson import LessonError, parse_lesson
from autograder.authoring.notebooks import release_notebooks, source_notebook
from autograder.errors import ContentError

LESSON = "01_count_the_words"
SOURCE = PurePosixPath("notebooks/source") / LESSON / f"{LESSON}.ipynb"
RELEASE = PurePosixPath("notebooks/release") / LESSON / f"{LESSON}.ipynb"
PATH = Path("notebooks/lessons/01_tiny/lesson.py")


def _cells(content: bytes) -> dict[str, Any]:
    return {cell["id"]: cell for cell in json.loads(content)["cells"]}


@pytest.fixture
def built(root: Path) -> dict[PurePosixPath, bytes]:
    """Render the small course."""
    return notebooks(root)


def test_cells_are_named_by_task_role_and_section(built: dict[PurePosixPath, bytes]) -> None:
    """Ids come from task names, roles and headings, and are the same in source and release."""
    names = list(_cells(built[SOURCE]))
    assert names == list(_cells(built[RELEASE]))
    assert names == [
        "count-the-words-1",
        "setup",
        "look-at-the-data-1",
        "look-at-the-data-2",
        "look-at-the-data-3",
        "split-and-count-solved-for-you-1",
        "predict-pieces",
        "split-and-count-solved-for-you-2",
        "split-and-count-solved-for-you-3",
        "split-and-count-solved-for-you-4",
        "task-1-count-the-words-1",
        "answer-count_words",
        "check-count_words",
        "task-1-count-the-words-2",
        "task-2-say-what-a-word-is-1",
        "written-word_memo",
        "rubric-word_memo",
        "what-you-did-1",
        "on-your-own-1",
    ]


def test_nbgrader_sees_each_cell_as_what_it_is(built: dict[PurePosixPath, bytes]) -> None:
    """Metadata of nbgrader's schema 3: grade, solution, locked, points."""
    cells = _cells(built[RELEASE])
    seen = {
        name: tuple(cell["metadata"]["nbgrader"][key] for key in ("grade", "solution", "locked"))
        for name, cell in cells.items()
        if "nbgrader" in cell["metadata"]
    }
    assert seen == {
        "setup": (False, False, True),
        "answer-count_words": (False, True, False),
        "check-count_words": (True, False, True),
        "written-word_memo": (True, True, False),
        "rubric-word_memo": (False, False, True),
    }
    assert cells["check-count_words"]["metadata"]["nbgrader"]["points"] == 4
    assert cells["written-word_memo"]["metadata"]["nbgrader"]["points"] == 6
    assert cells["check-count_words"]["metadata"]["editable"] is False


def test_the_release_holds_no_solution(built: dict[PurePosixPath, bytes]) -> None:
    """Solutions give way to nbgrader's own stub, in code and in text; the rest stays."""
    release = built[RELEASE].decode()
    assert "SOLUTION" not in release
    assert "isalnum() for sign in piece) for piece" not in release
    assert "A word holds a letter" not in release
    cells = _cells(built[RELEASE])
    assert "".join(cells["answer-count_words"]["source"]).endswith(
        "    # YOUR CODE HERE\n    raise NotImplementedError()"
    )
    assert "".join(cells["written-word_memo"]["source"]) == (
        "Replace this line by at most 50 words.\n\nYOUR ANSWER HERE"
    )


def test_a_placeholder_without_a_model_answer_is_kept(root: Path, lesson_file: Path) -> None:
    """nbgrader would replace the whole cell; the words that say what to write stay."""
    text = lesson_file.read_text(encoding="utf-8")
    model = "#\n# ### BEGIN SOLUTION\n# A word holds a letter.\n# ### END SOLUTION\n"
    assert model in text
    lesson_file.write_text(text.replace(model, ""), encoding="utf-8")
    cells = _cells(notebooks(root)[RELEASE])
    assert "".join(cells["written-word_memo"]["source"]) == (
        "Replace this line by at most 50 words.\n\nYOUR ANSWER HERE"
    )


@pytest.mark.parametrize("path", [SOURCE, RELEASE])
def test_a_notebook_is_valid_bare_and_ends_in_a_newline(
    built: dict[PurePosixPath, bytes], path: PurePosixPath
) -> None:
    """No outputs, no counts, no Python version, indent 1: nothing a machine could differ in."""
    content = built[path].decode()
    notebook = nbformat.reads(content, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert "version" not in notebook.metadata.language_info
    assert notebook.metadata.kernelspec.name == "python3"
    assert content.startswith('{\n "cells": [\n')
    assert content.endswith("}\n")
    assert not content.endswith("\n\n")


@pytest.mark.slow
@pytest.mark.budget("nbgrader's loop")
def test_two_builds_are_equal_byte_for_byte(
    root: Path, built: dict[PurePosixPath, bytes], tmp_path: Path
) -> None:
    """Neither the process, the working directory nor the hash seed shows in a byte."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    subprocess.run(
        [Path(sys.executable).parent / "rungs", "build", LESSON, "--root", str(root)],
        cwd=elsewhere,
        env={**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "C"},
        check=True,
        capture_output=True,
    )
    assert {path: (root / path).read_bytes() for path in built} == built


@pytest.mark.slow
@pytest.mark.budget("nbgrader's loop")
def test_nbgrader_itself_makes_the_same_release(
    root: Path, built: dict[PurePosixPath, bytes]
) -> None:
    """`nbgrader generate_assignment` on the committed source gives the committed bytes."""
    write(root, built, differences(root, built))
    (root / "nbgrader_config.py").write_text(
        'c = get_config()\nc.CourseDirectory.source_directory = "notebooks/source"\n'
        'c.CourseDirectory.release_directory = "notebooks/release"\n',
        encoding="utf-8",
    )
    environment = Path(sys.executable).parent
    done = subprocess.run(
        [environment / "nbgrader", "generate_assignment", LESSON, "--force"],
        cwd=root,
        env={**os.environ, "PATH": f"{environment}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (root / RELEASE).read_bytes() == built[RELEASE]
    assert [path.name for path in (root / RELEASE).parent.iterdir()] == [f"{LESSON}.ipynb"]


def test_the_stub_runs_and_says_it_is_not_written(built: dict[PurePosixPath, bytes]) -> None:
    """Every code cell of the release runs; calling the stub raises NotImplementedError."""
    namespace: dict[str, Any] = {}
    said: list[Any] = []
    for cell in json.loads(built[RELEASE])["cells"]:
        if cell["cell_type"] == "code" and cell["id"] != "setup":
            namespace |= {"check": said.append, "predict": lambda *_, **__: None, "load": str}
            exec("".join(cell["source"]), namespace)
    assert said == ["count_words"]
    with pytest.raises(NotImplementedError):
        namespace["count_words"]("a b")


def test_a_check_without_an_answer_is_refused() -> None:
    """The build names file and line, and writes nothing half."""
    lesson = parse_lesson('# %% role="check" task="rank"\ncheck("rank")\n', PATH)
    with pytest.raises(LessonError, match=r"lesson\.py:1: The check rank has no answer cell"):
        source_notebook(lesson, "1")


def test_two_cells_of_one_name_are_refused() -> None:
    """A task's second answer is named with both lines; nothing is drawn at random."""
    answer = '# %% role="answer" task="rank" points=1\nrank = 1\n'
    with pytest.raises(LessonError, match=r"lesson\.py:3: .* second answer-rank, .* line 1"):
        source_notebook(parse_lesson(answer * 2, PATH), "1")


def test_what_nbgrader_rejects_is_told_in_its_words() -> None:
    """An unclosed solution stops the build with nbgrader's reason and the lesson's name."""
    text = '# %% role="answer" task="rank" points=1\n### BEGIN SOLUTION\nrank = 1\n'
    source = source_notebook(parse_lesson(text, PATH), "1")
    with pytest.raises(ContentError, match="01_tiny: .*No end solution statement found"):
        release_notebooks({"01_tiny": source})


def test_check_names_what_differs_and_write_mends_it(
    root: Path, built: dict[PurePosixPath, bytes]
) -> None:
    """Missing, changed and stale files are told apart; after writing nothing differs."""
    stale = PurePosixPath("notebooks/release/02_gone/02_gone.ipynb")
    gone = PurePosixPath("book/ladder/gone.md")
    for path in (stale, gone):
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text("{}", encoding="utf-8")
    write(root, built, [d for d in differences(root, built) if d.kind == "missing"])
    (root / SOURCE).write_text("{}", encoding="utf-8")
    (root / RELEASE).unlink()
    found = {str(d.path): d.kind for d in differences(root, built)}
    assert found == {
        str(stale): "stale",
        str(gone): "stale",
        str(SOURCE): "changed",
        str(RELEASE): "missing",
    }
    write(root, built, differences(root, built))
    assert differences(root, built) == []
    assert not (root / stale).parent.exists()
