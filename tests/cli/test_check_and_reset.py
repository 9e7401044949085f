"""`rungs check --fresh` and `rungs reset`, on a learner's own notebook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.cli import main
from autograder.testing import tiny_course

STUB = "def double(number):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
RIGHT = "def double(n):\n    if isinstance(n, str):\n        raise TypeError\n    return 2 * n"


def cell(name: str, source: str, **rungs: str) -> Any:
    """Return a code cell with our metadata."""
    metadata = {"rungs": rungs} if rungs else {}
    return nbformat.v4.new_code_cell(source, id=name, metadata=metadata)


def released() -> Any:
    """Return the tiny lesson's release notebook."""
    return nbformat.v4.new_notebook(
        metadata={"rungs": {"lesson": "90_tiny"}},
        cells=[
            cell("setup", "from autograder import check, predict", role="setup"),
            cell("answer-double", STUB, role="answer", task="double"),
            cell("check-double", "check('double')", role="check", task="double"),
            cell("answer-limit", "LIMIT = ...", role="answer", task="limit"),
            cell("check-limit", "check('limit')", role="check", task="limit"),
        ],
    )


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Stand in a course folder with the tiny lesson in `work/`."""
    root = tmp_path / "course"
    for name in ("RUNGS_SEAT", "NBGRADER_EXECUTION", "NBGRADER_VALIDATING", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RUNGS_ROOT", str(root))
    monkeypatch.setenv("RUNGS_HOME", str(tmp_path / "record"))
    with tiny_course(root):
        release = root / "notebooks" / "release" / "90_tiny" / "90_tiny.ipynb"
        path = root / "work" / "90_tiny" / "90_tiny.ipynb"
        for each in (release, path):
            each.parent.mkdir(parents=True)
            nbformat.write(released(), each)
        monkeypatch.chdir(root)
        yield path


def write(path: Path, **sources: str) -> None:
    """Change cells of a notebook by id, `_` for `-`; "" deletes one."""
    notebook = nbformat.read(path, as_version=4)
    for name, source in sources.items():
        at = next(i for i, c in enumerate(notebook.cells) if c.id == name.replace("_", "-"))
        if source:
            notebook.cells[at].source = source
        else:
            del notebook.cells[at]
    nbformat.write(notebook, path)


def sources(path: Path) -> dict[str, str]:
    """Return a notebook's sources by cell id, in order."""
    return {c["id"]: "".join(c["source"]) for c in json.loads(path.read_text())["cells"]}


def test_a_fresh_replay_judges_every_task(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Deleted check cells, raising cells and other cells do not stop it; the file stays."""
    write(mine, answer_double=RIGHT, check_double="", setup="from autograder import check\n1 / 0")
    before = mine.read_bytes()
    assert main(["check", "--fresh", "90"]) == 1
    out = capsys.readouterr().out
    assert "✓ double  4 of 4\n" in out
    assert "✗ limit   0 of 1\n    LIMIT is still empty." in out
    assert "! cell 1 raised ZeroDivisionError: division by zero" in out
    assert out.endswith("4 of 5 points on practice cases.\n")
    assert mine.read_bytes() == before
    assert list(mine.parent.iterdir()) == [mine]


def test_a_full_notebook_exits_with_zero(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What only the session had does not count: the replay starts from nothing."""
    write(mine, answer_double=RIGHT, answer_limit="LIMIT = 12")
    assert main(["check", "90_tiny", str(mine)]) == 0
    assert capsys.readouterr().out.endswith("5 of 5 points on practice cases.\n")


def test_a_dying_kernel_is_one_sentence(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A cell that ends the process ends the replay, with advice."""
    write(mine, answer_double="import os\nos._exit(1)")
    assert main(["check", "--fresh", "90"]) == 1
    assert "The kernel died during the replay" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "--fresh", "77"], "There is no lesson '77'. The lessons are: 90_tiny."),
        (["check", "90", "nowhere.ipynb"], "There is no file nowhere.ipynb."),
        (["reset", "77"], "There is no lesson '77'."),
        (["reset", "90", "duble"], "has no task 'duble'. Its tasks are: double, limit."),
        (["reset", "90", "--notebook", "nowhere.ipynb"], "There is no file nowhere.ipynb."),
    ],
)
def test_an_unknown_name_is_one_sentence(
    mine: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """A wrong lesson, task or path is answered with what there is, and changes nothing."""
    before = mine.read_bytes()
    assert main(arguments) == 1
    assert said in capsys.readouterr().err
    assert mine.read_bytes() == before
    assert list(mine.parent.iterdir()) == [mine]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "it stops being JSON at line 1, column 2"),
        ("[]", "it has no list of cells"),
        ('{"cells": [1]}', "it has no list of cells"),
        ("\udcff", "it is not UTF-8 text"),
    ],
)
def test_a_damaged_notebook_is_named_and_kept(
    mine: Path, capsys: pytest.CaptureFixture[str], content: str, said: str
) -> None:
    """Neither a check nor the reset of one task touches it; a whole reset keeps it beside."""
    mine.write_bytes(content.encode("utf-8", "surrogateescape"))
    before = mine.read_bytes()
    for arguments in (["check", "--fresh", "90"], ["reset", "90", "double"]):
        assert main(arguments) == 1
        assert said in capsys.readouterr().err
        assert mine.read_bytes() == before
    assert main(["reset", "90"]) == 0
    assert (mine.parent / "90_tiny.before-reset-1.ipynb").read_bytes() == before
    assert sources(mine)["answer-double"] == STUB


def test_a_whole_reset_keeps_the_old_file(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each reset keeps one more copy and says where."""
    for number in (1, 2):
        write(mine, answer_double=f"# try {number}")
        assert main(["reset", "90"]) == 0
        kept = mine.parent / f"90_tiny.before-reset-{number}.ipynb"
        assert str(kept) in capsys.readouterr().out
        assert sources(kept)["answer-double"] == f"# try {number}"
        assert sources(mine) == sources(Path("notebooks/release/90_tiny/90_tiny.ipynb"))


def test_a_task_reset_leaves_the_rest(mine: Path) -> None:
    """One answer cell is as released, everything else as it was."""
    write(mine, answer_double="# lost", answer_limit="LIMIT = 12")
    assert main(["reset", "90", "double"]) == 0
    after = sources(mine)
    assert (after["answer-double"], after["answer-limit"]) == (STUB, "LIMIT = 12")


def test_a_deleted_answer_cell_comes_back_in_its_place(mine: Path) -> None:
    """It stands where the release has it, behind the nearest cell that is left."""
    write(mine, answer_limit="", check_double="")
    assert main(["reset", "90", "limit"]) == 0
    assert list(sources(mine)) == ["setup", "answer-double", "answer-limit", "check-limit"]
