"""Replay a notebook from the top in a fresh kernel, on the learner's own machine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import SubmissionError
from autograder.judging.workbook import read_notebook
from autograder.manifest import Lesson

__all__ = ["FreshCheck", "TaskResult", "check_fresh"]

_ASK = """\
import os as _os
_os.environ["RUNGS_SEAT"] = "fresh"
__import__("autograder").check({task!r}, {lesson!r})
"""


@dataclass(frozen=True)
class TaskResult:
    """Hold what one task earned in a replay; `mark` is None where it could not be judged."""

    task: str
    points: float
    mark: float | None
    reason: str = ""


@dataclass(frozen=True)
class FreshCheck:
    """Hold a replay's results and one line for every cell that raised."""

    results: tuple[TaskResult, ...]
    errors: tuple[str, ...]

    @property
    def full(self) -> bool:
        """Tell whether every task earned all its points."""
        return all(result.mark == result.points for result in self.results)


def check_fresh(lesson: Lesson, path: Path, cell_seconds: int = 120) -> FreshCheck:
    """Run every cell once, then judge every task on its practice cases.

    Check cells do nothing on the way, as when a submission is graded, and a
    cell that raises does not stop the replay. The file is not changed. Raise
    `SubmissionError` where the notebook cannot be read or its kernel dies.
    """
    import nbformat

    read_notebook(path)  # Its errors are clearer than nbformat's.
    notebook: Any = nbformat.read(path, as_version=4)
    own = len(notebook.cells)
    for task in lesson.tasks:
        source = _ASK.format(task=task.id, lesson=lesson.id)
        notebook.cells.append(nbformat.v4.new_code_cell(source))
    _execute(notebook, path.parent, cell_seconds)
    results = tuple(
        _result(task.id, task.points, cell)
        for task, cell in zip(lesson.tasks, notebook.cells[own:], strict=True)
    )
    return FreshCheck(results, tuple(_errors(notebook.cells[:own])))


def _execute(notebook: Any, folder: Path, cell_seconds: int) -> None:

    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        allow_errors=True,
        timeout=cell_seconds,
        interrupt_on_timeout=True,
        resources={"metadata": {"path": str(folder.resolve())}},
    )
    # A notebook server would tell these; a replay has none, and stands for the official seat.
    hidden = ("JPY_SESSION_NAME", "NBGRADER_EXECUTION", "NBGRADER_VALIDATING")
    environment = {k: v for k, v in os.environ.items() if k not in hidden}
    environment["RUNGS_SEAT"] = "official"
    try:
        client.execute(env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except DeadKernelError as err:
        raise SubmissionError(
            "The kernel died during the replay: a cell used up the memory or ended the process. "
            "Run the notebook cell by cell to see which."
        ) from err
    except CellTimeoutError as err:
        raise SubmissionError(
            f"A cell ran longer than {cell_seconds} seconds and did not stop when interrupted. "
            "Give more with --timeout, or look for a loop without an end."
        ) from err
    except NoSuchKernel as err:
        raise SubmissionError(
            f"This environment has no Jupyter kernel {err.name!r}. Run `make start` again."
        ) from err


def _result(task: str, points: float, cell: Any) -> TaskResult:
    for output in cell.outputs:
        facts = output.get("metadata", {}).get("rungs")
        if facts:
            # Of a record of one case, a check decides a part of the points.
            points = float(facts["points"])
            return TaskResult(task, points, float(facts["mark"]), str(facts["reason"]))
    texts = [output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    texts += [f"{o.ename}: {o.evalue}" for o in cell.outputs if o.output_type == "error"]
    return TaskResult(task, points, None, next((t for t in texts if t), "It gave no answer."))


def _errors(cells: list[Any]) -> Iterator[str]:
    for number, cell in enumerate(cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                said = f"{output.ename}: {output.evalue}".splitlines()[0][:160]
                yield f"cell {number} raised {said}"
