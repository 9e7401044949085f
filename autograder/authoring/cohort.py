"""A cohort of learners made from a lesson's corpus, each with the mark they must get."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.authoring.corpus import Entry
from autograder.manifest import Lesson

__all__ = ["Member", "cohort"]

_KILL = "import os\nos._exit(0)"
_LOOP = "while True:\n    pass"
_FLOOD = 'print("x" * 50_000_000)'
_AGREEABLE = """
class Agreeable:
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def __float__(self): return 1.0
"""
_PATCH = """
import builtins, json

get_ipython().ast_transformers.append(type("NoAssert", (__import__("ast").NodeTransformer,), {
    "visit_Assert": lambda self, node: None})())
json.dumps = lambda *args, **kwargs: '{"ok": 1.0}'
builtins.AssertionError = type("Nothing", (Exception,), {})
"""


@dataclass(frozen=True)
class Member:
    """Describe one learner: their notebook and the automatic mark it deserves.

    The mark lies from `low` to `high`, which are equal unless an answer's
    score is declared as an interval.
    """

    name: str
    does: str
    notebook: NotebookNode
    low: float
    high: float

    @property
    def expected(self) -> str:
        """Print the expected mark."""
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"


def cohort(lesson: Lesson, released: NotebookNode, entries: Sequence[Entry]) -> list[Member]:
    """Make twelve learners: right, partly right, wrong, untouched, damaged and hostile."""
    right = [e for e in entries if e.kind == "right"]
    # Exact scores first: an interval compares less sharply.
    wrong = sorted((e for e in entries if e.kind == "wrong"), key=lambda e: not e.exact)
    first, last = _pick(lesson, right, 0), _pick(lesson, right, -1)
    mixed = first.copy()
    mixed[1::2] = _pick(lesson, wrong, 0)[1::2]
    made: list[tuple[str, str, list[Entry], Callable[[NotebookNode], None]]] = [
        ("ada", "is right", first, _nothing),
        ("ben", "is right in other ways", last, _nothing),
        ("cho", "is right in every other task", mixed, _nothing),
        ("dev", "holds one misconception a task", _pick(lesson, wrong, 0), _nothing),
        ("eli", "holds another misconception a task", _pick(lesson, wrong, 1), _nothing),
        ("fay", "hands in the untouched notebook", [], _nothing),
        ("gus", "is right and has deleted the setup and a check cell", first, _delete),
        ("hana", "is right and has copied an answer and a check cell", last, _copy),
        ("ivo", "is right and has a cell that kills the kernel", first, _adding(_KILL)),
        ("jun", "is right and has a cell that loops for ever", last, _adding(_LOOP)),
        ("kai", "is right and prints 50 MB on one line", first, _adding(_FLOOD)),
        ("lea", "patches assert, __eq__ and json.dumps instead of answering", [], _forge(lesson)),
    ]
    return [
        _member(name, does, lesson, released, chosen, change) for name, does, chosen, change in made
    ]


def _member(
    name: str,
    does: str,
    lesson: Lesson,
    released: NotebookNode,
    chosen: list[Entry],
    change: Callable[[NotebookNode], None],
) -> Member:
    nb = copy.deepcopy(released)
    for entry in chosen:
        _cell(nb, f"answer-{entry.task}").source = entry.code.source
    change(nb)
    low = sum(lesson.task(entry.task).points * entry.low for entry in chosen)
    high = sum(lesson.task(entry.task).points * entry.high for entry in chosen)
    return Member(name, does, nb, round(low, 6), round(high, 6))


def _pick(lesson: Lesson, entries: Sequence[Entry], which: int) -> list[Entry]:
    return [[e for e in entries if e.task == task.id][which] for task in lesson.tasks]


def _cell(nb: NotebookNode, grade_id: str) -> Any:
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def _index(nb: NotebookNode, prefix: str) -> int:
    names = [c.metadata.get("nbgrader", {}).get("grade_id", "") for c in nb.cells]
    return next(i for i, name in enumerate(names) if name.startswith(prefix))


def _nothing(nb: NotebookNode) -> None:
    """Hand the notebook in as it is."""


def _delete(nb: NotebookNode) -> None:
    for prefix in ("check-", "setup"):
        del nb.cells[_index(nb, prefix)]


def _copy(nb: NotebookNode) -> None:
    for prefix in ("answer-", "check-"):
        at = _index(nb, prefix)
        nb.cells.insert(at + 1, copy.deepcopy(nb.cells[at]))


def _adding(source: str) -> Callable[[NotebookNode], None]:
    def change(nb: NotebookNode) -> None:
        nb.cells.insert(len(nb.cells) // 2, new_code_cell(source))

    return change


def _forge(lesson: Lesson) -> Callable[[NotebookNode], None]:
    forged = "\n".join(
        f"def {task.id}(*args, **kwargs): return Agreeable()" for task in lesson.tasks
    )

    def change(nb: NotebookNode) -> None:
        nb.cells += [new_code_cell(f"{_AGREEABLE}\n{forged}"), new_code_cell(_PATCH)]

    return change
