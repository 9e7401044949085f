"""What a worker says of a cell is what nbgrader says of it."""

from __future__ import annotations

import copy
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader import utils
from nbgrader.preprocessors import LimitOutput

from autograder.grading import stock

FLAGS = st.fixed_dictionaries(
    {"grade_id": st.text(min_size=1), "points": st.floats(0, 100)},
    optional={name: st.booleans() for name in ("grade", "locked", "solution", "task")},
)
STREAMS = st.lists(
    st.tuples(st.sampled_from(["stdout", "stderr", "result"]), st.integers(0, 1200)), max_size=5
)


@st.composite
def cells(draw: st.DrawFn) -> NotebookNode:
    """Make a cell as a release or a submission may hold it."""
    kind = draw(st.sampled_from([new_code_cell, new_markdown_cell]))
    cell = kind(draw(st.text()))
    cell.metadata = from_dict({"nbgrader": draw(FLAGS)})
    return cell


@given(cells())
def test_a_cell_is_what_nbgrader_takes_it_for(cell: NotebookNode) -> None:
    """Whether it carries a mark or an answer, and the checksum that tells a change."""
    assert stock.is_grade(cell) == utils.is_grade(cell)
    assert stock.is_solution(cell) == utils.is_solution(cell)
    assert stock.checksum(cell) == utils.compute_checksum(cell)


def test_a_cell_that_nbgrader_does_not_know_is_neither() -> None:
    """A learner's own cell has no metadata of nbgrader's."""
    assert not stock.is_grade(new_code_cell("1"))
    assert not stock.is_solution(new_code_cell("1"))


@given(STREAMS)
def test_printed_lines_are_cut_where_nbgrader_cuts_them(streams: list[tuple[str, int]]) -> None:
    """A thousand lines a cell, over all its streams; other outputs stay."""
    ours = new_code_cell("")
    for name, lines in streams:
        text = "\n".join(map(str, range(lines)))
        ours.outputs.append(
            new_output("execute_result", data={"text/plain": text}, execution_count=1)
            if name == "result"
            else new_output("stream", name=name, text=text)
        )
    theirs = copy.deepcopy(ours)
    stock.limit_lines(ours)
    LimitOutput().preprocess(new_notebook(cells=[theirs]), {})
    assert ours == theirs


def test_a_worker_does_not_import_nbgrader() -> None:
    """Nor a database: what it costs to start is paid by every worker."""
    program = (
        "import sys, autograder.grading.worker, autograder.grading.marked; "
        "print([m for m in ('nbgrader', 'sqlalchemy', 'nbconvert') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"[]\n"
