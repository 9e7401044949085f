"""What a reference run leaves behind, shown on notebooks of a few cells."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.bookpages import (
    ReferenceRun,
    alt_texts,
    beside_the_stubs,
    content_key,
    run_reference,
)
from autograder.errors import ContentError

Cell = tuple[str, str | None, str]

OPEN: list[Cell] = [
    ("setup", "setup", "import sys\nimport pandas as pd\nimport matplotlib.pyplot as plt"),
    ("table", None, 'pd.DataFrame({"price": [1, 2]})'),
    ("noise", None, 'print("kept")\nprint("dropped", file=sys.stderr)'),
    (
        "plot",
        None,
        'plt.plot([1, 2])\nplt.title("Cost doubles")\nplt.xlabel("turn")\nplt.ylabel("dollars")\n'
        "plt.show()",
    ),
    ("answer-f", "answer", "f = 41 + 1\nf"),
    ("check-f", "check", "raise RuntimeError('a check cell must not run')"),
    ("guess", "predict", 'predict = print\npredict("f", ...)'),
    ("after", None, "f + 1"),
]


def notebook(cells: list[Cell]) -> str:
    """Write a notebook as `rungs build` does: a role in each special cell's metadata."""
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "id": name,
                    "metadata": {"rungs": {"role": role}} if role else {},
                    "source": source,
                    "outputs": [],
                    "execution_count": None,
                }
                for name, role, source in cells
            ],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


def write(folder: Path, cells: list[Cell]) -> Path:
    """Put a notebook where a run finds it."""
    path = folder / "90_tiny.ipynb"
    path.write_text(notebook(cells), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> ReferenceRun:
    """Run the open notebook once."""
    folder = tmp_path_factory.mktemp("reference")
    return run_reference(write(folder, OPEN), folder / "kept", "key")


def data(run: ReferenceRun, cell: str) -> dict[str, Any]:
    """Return the data of a cell's one output."""
    (output,) = run.outputs[cell]
    found: dict[str, Any] = output["data"]
    return found


def test_open_cells_keep_their_outputs(run: ReferenceRun) -> None:
    """A value that rests on the solution is shown, by cell id."""
    assert data(run, "after")["text/plain"] == "43"


def test_answers_and_checks_travel_nowhere(run: ReferenceRun) -> None:
    """An answer's output stays out, and a check cell is not even run."""
    assert "answer-f" not in run.outputs
    assert "check-f" not in run.outputs


def test_a_prediction_nobody_made_shows_nothing(run: ReferenceRun) -> None:
    """A cell that waits for the learner's guess has no output in the book."""
    assert "guess" not in run.outputs


def test_stderr_stays_out(run: ReferenceRun) -> None:
    """What a library says on stderr is no part of the lesson."""
    assert [o["text"] for o in run.outputs["noise"]] == ["kept\n"]


def test_a_table_has_no_empty_header_and_no_style_of_its_own(run: ReferenceRun) -> None:
    """pandas' corner cell is no header, and its scoped style is gone."""
    shown = data(run, "table")["text/html"]
    assert "<th></th>" not in shown
    assert "<style" not in shown


def test_a_plot_is_described_by_its_title_and_axes(run: ReferenceRun) -> None:
    """The alternative text is what the figure itself says, found by the picture's hash."""
    image = b64decode(data(run, "plot")["image/png"])
    assert alt_texts(run.outputs) == {
        hashlib.sha256(image).hexdigest(): (
            "Plot. Cost doubles; horizontal axis: turn; vertical axis: dollars."
        )
    }


def test_outputs_land_on_the_cells_of_the_same_id(run: ReferenceRun) -> None:
    """The release keeps its own sources, shows the outputs and tags what is graded."""
    release = [
        (name, role, "raise NotImplementedError()" if role == "answer" else source)
        for name, role, source in OPEN
    ]
    made = json.loads(beside_the_stubs(notebook(release), run.outputs))
    cells = {cell["id"]: cell for cell in made["cells"]}
    assert "".join(cells["answer-f"]["source"]) == "raise NotImplementedError()"
    assert cells["answer-f"]["outputs"] == []
    assert cells["check-f"]["outputs"] == []
    assert cells["check-f"]["metadata"]["tags"] == ["rungs-check"]
    assert cells["after"]["outputs"][0]["data"]["text/plain"] == ["43"]


def test_a_run_with_a_known_key_is_not_repeated(tmp_path: Path) -> None:
    """A second run with the same key reads what the first one kept, without a kernel."""
    (tmp_path / "90_tiny-key.json").write_text('{"one": []}', encoding="utf-8")
    again = run_reference(write(tmp_path, OPEN), tmp_path, "key")
    assert again == ReferenceRun("90_tiny", {"one": []}, cached=True)


def test_a_reference_that_fails_names_lesson_cell_and_reason(tmp_path: Path) -> None:
    """An exception in the reference ends the build with a sentence to act on; nothing is kept."""
    source = write(tmp_path, [("fine", None, "x = 1"), ("broken", None, "x / 0")])
    with pytest.raises(ContentError, match=r"90_tiny.*cell broken: ZeroDivisionError"):
        run_reference(source, tmp_path / "kept", "key")
    assert not (tmp_path / "kept").exists()


def test_the_key_changes_with_everything_an_output_rests_on(tmp_path: Path) -> None:
    """Notebook, data, package and pins count; tests, judges' corpora and grading do not."""
    (tmp_path / "datasets" / "d").mkdir(parents=True)
    (tmp_path / "autograder" / "judging").mkdir(parents=True)
    (tmp_path / "autograder" / "grading").mkdir()
    (tmp_path / "autograder" / "progress").mkdir()
    (tmp_path / "notebooks").mkdir(exist_ok=True)
    source = write(tmp_path, OPEN)
    counted = [
        tmp_path / "datasets" / "d" / "rows.csv",
        tmp_path / "autograder" / "content.py",
        tmp_path / "autograder" / "judging" / "card.py",
        tmp_path / "autograder" / "progress" / "dashboard.py",
        tmp_path / "notebooks" / "course.yaml",
        tmp_path / "requirements.txt",
        source,
    ]
    seen = {content_key(tmp_path, source)}
    for number, path in enumerate(counted, start=2):
        path.write_text(f"# {number}", encoding="utf-8")
        seen.add(content_key(tmp_path, source))
        assert len(seen) == number, path
    (tmp_path / "autograder" / "grading" / "batch.py").write_text("# any", encoding="utf-8")
    assert content_key(tmp_path, source) in seen
