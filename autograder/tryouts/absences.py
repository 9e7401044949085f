"""Say of each task that no page offers why not."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from autograder.content import course
from autograder.tryouts.definitions import elsewhere, names_in, taken
from autograder.tryouts.tasks import Task, read_tasks
from autograder.tryouts.tryout import read_list, read_tryouts

__all__ = ["absences", "needs"]

# By the first part of a module's name; any other stands for itself.
_NAMES = {
    "autograder": "a dataset of the course",
    "numpy": "NumPy",
    "openai": "a model to ask",
    "scipy": "SciPy",
}
_NAMED = {"autograder.provider": "a model to ask"}


@cache
def absences(root: Path) -> dict[tuple[str, str], str]:
    """Map lesson and task to the reason, "" where there is none: then it is to be offered."""
    offered = {(one.lesson, one.task) for one in read_tryouts(root)}
    written = {(one["lesson"], one["task"]): one["why"] for one in read_list(root)["left_out"]}
    found = {}
    for lesson in course().ready:
        # The solved notebook, for what an answer imports; only names of packages leave here.
        for task in read_tasks(root, lesson.id, "source").values():
            place = lesson.id, task.id
            if place not in offered:
                found[place] = needs(task) or written.get(place, "")
    return found


def needs(task: Task) -> str:
    """Name what a solved task needs that no page has; "" where that is nothing."""
    modules = taken(task.above, names_in(task.cell)).elsewhere | elsewhere(task.cell)
    named = {_NAMED.get(name) or _by_root(name) for name in modules}
    return _joined(sorted(named, key=str.lower)) if named else ""


def _by_root(module: str) -> str:
    root = module.partition(".")[0]
    return _NAMES.get(root, root)


def _joined(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
