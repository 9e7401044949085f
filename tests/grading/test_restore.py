"""Restoring a submission: nothing lost, nothing run that should not be."""

import copy

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.grading.restore import ReleasedCell, restore

RELEASED = [
    ReleasedCell("setup", "code", "import math", "c1", True, False, None),
    ReleasedCell("answer-add", "code", "raise NotImplementedError()", "c2", False, True, None),
    ReleasedCell("check-add", "code", 'check("add")', "c3", True, False, 4.0),
    ReleasedCell("written-memo", "markdown", "YOUR ANSWER HERE", "c4", False, True, 8.0),
]


def submission():
    """Build what an honest learner hands in."""
    texts = {"answer-add": "def add(a, b): return a + b", "written-memo": "My memo."}
    cells = [new_markdown_cell("# Title")]
    for released in RELEASED:
        make = new_code_cell if released.cell_type == "code" else new_markdown_cell
        cell = make(texts.get(released.name, released.source), id=released.name)
        cell.metadata["nbgrader"] = released.metadata
        cells.append(cell)
    return new_notebook(cells=cells)


def names(nb):
    """List the grade ids in order; None for plain cells."""
    return [c.metadata.get("nbgrader", {}).get("grade_id") for c in nb.cells]


def find(nb, name):
    """Return the cell with this grade id."""
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def test_an_honest_notebook_is_left_alone():
    """Nothing is noted and no text changes."""
    nb = submission()
    before = [c.source for c in nb.cells]
    assert restore(nb, RELEASED) == []
    assert [c.source for c in nb.cells] == before


@pytest.mark.parametrize("gone", [cell.name for cell in RELEASED])
def test_a_deleted_cell_comes_back_in_its_place(gone):
    """Every released cell is there once, in the released order."""
    nb = submission()
    nb.cells = [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") != gone]
    notes = restore(nb, RELEASED)
    assert [n for n in names(nb) if n] == [cell.name for cell in RELEASED]
    assert len(notes) == 1
    assert gone in notes[0]


def test_a_deleted_answer_never_runs_its_stub():
    """Code that lives on elsewhere must not be overwritten by the released stub."""
    nb = submission()
    answer = find(nb, "answer-add")
    answer.metadata.pop("nbgrader")
    answer.id = "moved"
    restore(nb, RELEASED)
    assert "raise" not in find(nb, "answer-add").source
    assert any(c.source == "def add(a, b): return a + b" for c in nb.cells)


def test_a_copied_cell_becomes_plain_code():
    """The first stays the graded one; the copy runs as ordinary code."""
    nb = submission()
    twin = copy.deepcopy(find(nb, "answer-add"))
    twin.source = "def add(a, b): return b + a"
    nb.cells.append(twin)
    notes = restore(nb, RELEASED)
    assert names(nb).count("answer-add") == 1
    assert nb.cells[-1].source == "def add(a, b): return b + a"
    assert "copied" in notes[0]


def test_a_locked_cell_gets_its_own_text_back():
    """An edited check or setup cell is as released."""
    nb = submission()
    find(nb, "check-add").source = "pass"
    restore(nb, RELEASED)
    assert find(nb, "check-add").source == 'check("add")'


@pytest.mark.parametrize(
    "change",
    [
        {"grade": False},
        {"points": 400},
        {"locked": False},
        {"solution": True},
        {"schema_version": 1},
        {"checksum": "forged"},
    ],
)
def test_edited_metadata_is_as_released(change):
    """Points, locks and checksums come from the gradebook, not from the submission."""
    nb = submission()
    find(nb, "check-add").metadata["nbgrader"].update(change)
    restore(nb, RELEASED)
    assert find(nb, "check-add").metadata["nbgrader"] == RELEASED[2].metadata


def test_cells_are_known_by_id_when_a_tool_dropped_the_metadata():
    """Released ids are the cells' names, so a stripped notebook is still graded."""
    nb = submission()
    for cell in nb.cells:
        cell.metadata = {}
    restore(nb, RELEASED)
    assert [n for n in names(nb) if n] == [cell.name for cell in RELEASED]
    assert find(nb, "answer-add").source.startswith("def add")


def test_a_retyped_cell_is_code_again():
    """An answer turned into Markdown by accident still runs."""
    nb = submission()
    at = names(nb).index("answer-add")
    cell = new_markdown_cell(nb.cells[at].source)
    cell.metadata["nbgrader"] = RELEASED[1].metadata
    nb.cells[at] = cell
    notes = restore(nb, RELEASED)
    assert find(nb, "answer-add").cell_type == "code"
    assert len(notes) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"cell_type": "code"},
        {"cell_type": "code", "source": ["a = 1\n", "b = 2"], "metadata": None},
        {"cell_type": "heading", "source": "old"},
        {"cell_type": "code", "source": "x", "metadata": {"nbgrader": "text"}},
        {"cell_type": "code", "source": "x", "metadata": {"nbgrader": {"grade_id": ["add"]}}},
        "not a cell",
    ],
)
def test_odd_cells_stop_nothing(odd):
    """A malformed cell is made readable or dropped; the released ones are all there."""
    nb = submission()
    nb["cells"] = [odd, *nb.cells]
    restore(nb, RELEASED)
    assert [n for n in names(nb) if n] == [cell.name for cell in RELEASED]


def test_an_empty_notebook_gets_every_cell():
    """Nothing handed in is still a notebook that can be graded."""
    nb = new_notebook()
    assert len(restore(nb, RELEASED)) == len(RELEASED)
    assert names(nb) == [cell.name for cell in RELEASED]


def test_cell_ids_are_unique_afterwards():
    """Duplicate ids, which nbformat refuses, are gone."""
    nb = submission()
    nb.cells += [
        new_code_cell("1", id="setup"),
        new_code_cell("2", id="x"),
        new_code_cell("3", id="x"),
    ]
    restore(nb, RELEASED)
    ids = [c.id for c in nb.cells]
    assert len(ids) == len(set(ids))
