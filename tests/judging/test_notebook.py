"""`check` in a real kernel, asked as JupyterLab asks: with cell ids and deleted cells."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbgrader.validator import Validator

from autograder.testing import write_tiny_course

SETUP = """\
from pathlib import Path
from autograder import content
_course = content.use_root(Path({root!r}))
_course.__enter__()
from autograder import check, predict, reveal
"""
RIGHT = """\
def double(number):
    if isinstance(number, str):
        raise TypeError
    return FACTOR * number
"""


class Notebook:
    """A running kernel and the notebook file it belongs to."""

    def __init__(self, folder: Path) -> None:
        root = write_tiny_course(folder / "course")
        self.path = folder / "90_tiny.ipynb"
        self.path.write_text("{}")
        hidden = ("RUNGS_SEAT", "NBGRADER_EXECUTION", "NBGRADER_VALIDATING")
        environment = {k: v for k, v in os.environ.items() if k not in hidden}
        environment |= {"JPY_SESSION_NAME": str(self.path), "RUNGS_HOME": str(folder / "record")}
        self.manager, self.client = start_new_kernel(
            env=environment,
            cwd=str(folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.run(SETUP.format(root=str(root)), "setup")

    def run(self, code: str, cell: str = "", deleted: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        """Run one cell and return its outputs as messages."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        session = self.client.session
        message = session.msg(
            "execute_request", content, metadata={"cellId": cell, "deletedCells": list(deleted)}
        )
        self.client.shell_channel.send(message)
        outputs = []
        while True:
            said = self.client.get_iopub_msg(timeout=30)
            if said["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if said["content"].get("execution_state") == "idle":
                break
            if said["msg_type"] in ("stream", "display_data", "error", "execute_result"):
                outputs.append({"type": said["msg_type"], **said["content"]})
        self.client.get_shell_msg(timeout=30)
        return outputs

    def save(self, **cells: str) -> None:
        """Write the notebook's file with these cells, ids with `_` for `-`, as of now."""
        made = [
            nbformat.v4.new_code_cell(
                source,
                id=name.replace("_", "-"),
                metadata={"rungs": {"role": "answer", "task": "double"}}
                if name == "answer_double"
                else {},
            )
            for name, source in cells.items()
        ]
        notebook = nbformat.v4.new_notebook(cells=made, metadata={"rungs": {"lesson": "90_tiny"}})
        self.path.write_text(json.dumps(notebook))

    def notes(self) -> list[str]:
        """Check the task and return the card's notes."""
        (output,) = self.run("check('double')", "check-double")
        plain = " ".join(output["data"]["text/plain"].split())
        return plain.split("Note: ")[1:]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    """Share one kernel among the tests of this file."""
    running = Notebook(tmp_path_factory.mktemp("notebook"))
    yield running
    running.client.stop_channels()
    running.manager.shutdown_kernel(now=True)


def test_one_display_nothing_on_stderr_and_no_result(notebook: Notebook) -> None:
    """Whatever the learner's function prints, warns or shows, a check cell has one output."""
    noisy = (
        "import sys, warnings, logging\n"
        "def double(number):\n"
        "    warnings.warn('old'); logging.warning('odd'); print('x', file=sys.stderr)\n"
        "    display(1); sys.stdout.write('y'); get_ipython().display_formatter\n"
        "    return number * 2\n"
    )
    assert notebook.run(noisy, "answer-double") == []
    (output,) = notebook.run("check('double')", "check-double")
    assert output["type"] == "display_data"
    assert set(output["data"]) == {"text/plain", "text/html"}
    assert output["metadata"]["rungs"] == {
        "lesson": "90_tiny",
        "task": "double",
        "points": 4.0,
        "mark": 3.0,
        "fraction": 0.75,
        "reason": "double should refuse this input with TypeError.",
    }
    assert notebook.run("check('double') is None", "c")[-1]["data"]["text/plain"] == "True"


def test_an_interrupt_is_one_sentence(notebook: Notebook) -> None:
    """Stop ends the run of cells, with a card and without a traceback of ours."""
    notebook.run("def double(number): raise KeyboardInterrupt", "answer-double")
    card, error = notebook.run("check('double')", "check-double")
    assert card["type"] == "display_data"
    assert "look for a loop" in card["data"]["text/plain"]
    assert error["ename"] == "Stopped"
    assert error["traceback"] == [
        "The check of double was stopped while double was running. Nothing was recorded."
    ]


def test_a_session_that_differs_from_the_notebook_is_named(notebook: Notebook) -> None:
    """Changed, deleted and edited cells are told apart from cells that are just not saved."""
    notebook.run("FACTOR = 2", "factor")
    notebook.run(RIGHT, "answer-double")
    assert notebook.notes() == []

    notebook.save(factor="FACTOR = 2", answer_double=RIGHT)
    assert notebook.notes() == []

    notebook.run("OTHER = 2", "factor")
    (changed,) = notebook.notes()
    assert changed.startswith("FACTOR exists only in this session: cell [")
    assert changed.endswith("Move it (`FACTOR = 2`) into the answer cell of double.")

    notebook.run("FACTOR = 2", "factor")
    assert notebook.notes() == []

    notebook.run("1", "scratch", deleted=("factor",))
    assert "FACTOR exists only in this session" in notebook.notes()[0]

    notebook.run("FACTOR = 2", "again")
    notebook.save(again="FACTOR = 2", answer_double=RIGHT.replace("FACTOR", "3"))
    (edited,) = notebook.notes()
    assert "is not the text now in the answer cell of double" in edited


def test_packages_and_files_of_this_computer_only_are_named(notebook: Notebook) -> None:
    """A module beside the notebook, a foreign package and a file would all be missing."""
    (notebook.path.parent / "my_helper.py").write_text("def two():\n    return 2\n")
    (notebook.path.parent / "my_data.csv").write_text("1")
    source = (
        "import json, math\nimport numpy as np\nimport yaml\nimport my_helper\n"
        "def double(number):\n"
        "    import foreign_package\n"
        "    assert open('my_data.csv') and json and math and np and yaml\n"
        "    if isinstance(number, str): raise TypeError\n"
        "    return my_helper.two() * number\n"
    )
    site = notebook.path.parent / "site"
    record = site / "foreign_package-1.0.dist-info"
    record.mkdir(parents=True)
    (site / "foreign_package.py").write_text("")
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign-package\nVersion: 1.0\n")
    (record / "top_level.txt").write_text("foreign_package\n")
    notebook.run(f"import sys\nsys.path.insert(0, {str(site)!r})", "scratch-2")
    notebook.run(source, "answer-double")
    notes = notebook.notes()
    assert sorted(n.split(",")[0].split(" lies")[0] for n in notes) == [
        "The answer names the file 'my_data.csv'",
        "The package foreign_package is installed here",
        "my_helper.py",
    ]


def test_nbgrader_validates_a_check_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Full marks pass; less fails the cell, and the reason is all that is shown."""
    monkeypatch.setenv("RUNGS_HOME", str(tmp_path / "record"))
    monkeypatch.delenv("RUNGS_SEAT", raising=False)
    root = write_tiny_course(tmp_path / "course")

    def graded(source: str, name: str, points: int) -> Any:
        metadata = {
            "nbgrader": {
                "grade": True,
                "grade_id": name,
                "locked": True,
                "points": points,
                "schema_version": 3,
                "solution": False,
                "task": False,
                "cell_type": "code",
            }
        }
        return nbformat.v4.new_code_cell(source, metadata=metadata)

    cells = [
        nbformat.v4.new_code_cell(SETUP.format(root=str(root))),
        nbformat.v4.new_code_cell("def double(n): return 2 * n\nLIMIT = 12"),
        graded("check('double')", "check-double", 4),
        graded("check('limit')", "check-limit", 1),
    ]
    path = tmp_path / "90_tiny.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    validator = Validator()
    validator.log.setLevel("CRITICAL")
    (failed,) = validator.validate(str(path))["failed"]
    assert failed["source"] == "check('double')"
    assert failed["raw_error"] == (
        "double: 3 of 4 points. double should refuse this input with TypeError."
    )
