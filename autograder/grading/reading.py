"""Read a submission: find the lesson's notebook in a folder and get every cell out of it.

The one way in for `rungs grade` and for `nbgrader autograde`. The learner's
files are read and never changed.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from autograder import content
from autograder.errors import SubmissionError
from autograder.grading.salvage import FoundCell, Salvaged, salvage, salvage_apart

__all__ = ["Submission", "place_under_its_name", "read_submission"]

LARGEST_FILE = 256 * 1024 * 1024
_READ_APART = 4 * 1024 * 1024
_DEEPEST = 8
_MOST_FILES = 20
_NAMED_SO = re.compile(r"\.ipynb(\.json|\.txt)?$", re.IGNORECASE)
_VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_UNTOUCHED = "raise NotImplementedError"


@dataclass(frozen=True)
class Submission:
    """Hold a submission as read: `file` is its path below the folder.

    `nb` is in nbformat 4.5 with unique cell ids and no outputs; cell metadata
    are what nbgrader's claim, still unchecked (`grading.restore` does that).
    `notes` has a sentence for whatever was mended, left out or chosen.
    """

    nb: NotebookNode
    notes: tuple[str, ...]
    file: str


@dataclass(frozen=True)
class _Candidate:
    file: str
    salvaged: Salvaged
    known: int
    answered: int


def read_submission(folder: Path, lesson_id: str) -> Submission:
    """Read the notebook that was handed in for a lesson in a folder.

    It may have another name, lie deeper, or stand beside others: the one of the
    lesson's name counts if it can be read, else the one with most of the
    lesson's tasks. Raise `SubmissionError`, one sentence for the instructor,
    where none can be read or two could be meant.
    """
    files = _notebooks(folder)
    wanted = f"{lesson_id}.ipynb"
    notes: list[str] = []
    if wanted in files:
        files.remove(wanted)
        try:
            found = _salvaged(folder / wanted)
        except SubmissionError as err:
            if not files:
                raise SubmissionError(f"{wanted} {err}. Ask for it again.") from None
            notes.append(f"{wanted} {err}.")
        else:
            notes += [_beside(folder, wanted, file) for file in files[:_MOST_FILES]]
            return Submission(_notebook(found), (*found.notes, *notes), wanted)
    chosen = _best(folder, files, lesson_id, notes)
    notes = [_handed_in_as(chosen.file), *notes, *chosen.salvaged.notes]
    return Submission(_notebook(chosen.salvaged), tuple(notes), chosen.file)


def place_under_its_name(folder: Path, lesson_id: str) -> Path:
    """Return the submission's notebook under the lesson's name, where nbgrader looks for it.

    Where the file has another name or lies deeper, a copy of it is written;
    the learner's own file stays as it is. Raise `SubmissionError` where
    `read_submission` would.
    """
    wanted = folder / f"{lesson_id}.ipynb"
    file = read_submission(folder, lesson_id).file
    if not os.path.lexists(wanted):
        wanted.write_bytes(_bytes(folder / file))
    return wanted


def _notebooks(folder: Path) -> list[str]:
    """List the notebooks below a folder, by path; nothing hidden, no link is followed."""
    found = []
    for place, folders, files in os.walk(folder, followlinks=False):
        inner = Path(place).relative_to(folder)
        shown = [name for name in folders if not name.startswith((".", "__MACOSX"))]
        folders[:] = shown if len(inner.parts) < _DEEPEST else []
        found += [
            (inner / name).as_posix()
            for name in files
            if _NAMED_SO.search(name) and not name.startswith(".")
        ]
    regular = [file for file in found if stat.S_ISREG((folder / file).lstat().st_mode)]
    return sorted(regular, key=lambda file: (file.count("/"), file))


def _best(folder: Path, files: list[str], lesson_id: str, notes: list[str]) -> _Candidate:
    readable, problems = [], []
    for file in files[:_MOST_FILES]:
        try:
            readable.append(_candidate(file, _salvaged(folder / file), lesson_id))
        except SubmissionError as err:
            problems.append(f"{file} {err}")
    if not readable:
        raise SubmissionError(_nothing(lesson_id, problems, folder))
    readable.sort(key=lambda one: (one.known, one.answered), reverse=True)
    first, *rest = readable
    equal = [
        one.file
        for one in rest
        if (one.known, one.answered) == (first.known, first.answered)
        and one.salvaged.cells != first.salvaged.cells
    ]
    if equal:
        raise SubmissionError(
            f"{first.file} and {', '.join(equal)} could each be {lesson_id}. Ask which one counts, "
            "and keep that one."
        )
    notes += [f"{problem}." for problem in problems]
    notes += [f"{one.file} lies beside it and was not graded." for one in rest if one.known]
    return first


def _nothing(lesson_id: str, problems: list[str], folder: Path) -> str:
    if problems:
        return f"{'; '.join(problems)}. Ask for {lesson_id}.ipynb again."
    others = sorted(path.name for path in folder.iterdir() if path.is_file())[:5]
    held = f"only {', '.join(others)}" if others else "and no other file"
    return f"{lesson_id}.ipynb is missing; the folder holds no notebook, {held}. Ask for it."


def _candidate(file: str, found: Salvaged, lesson_id: str) -> _Candidate:
    lesson = content.course().lesson(lesson_id)
    names = {f"answer-{task.id}" for task in lesson.tasks}
    names |= {f"written-{written.id}" for written in lesson.written}
    calls = [f'check("{task.id}")' for task in lesson.tasks]
    text = "\n".join(cell.source for cell in found.cells if cell.kind == "code")
    held = [cell for cell in found.cells if {cell.grade_id, cell.id} & names]
    written = sum(_UNTOUCHED not in cell.source for cell in held)
    return _Candidate(file, found, len(held) + sum(call in text for call in calls), written)


def _beside(folder: Path, graded: str, other: str) -> str:
    same = (folder / graded).stat().st_size == (folder / other).stat().st_size
    if same and _bytes(folder / graded) == _bytes(folder / other):
        return _handed_in_as(other)
    return f"{other} lies beside it and was not graded."


def _handed_in_as(file: str) -> str:
    return f"The notebook was handed in as {file} and graded all the same."


def _salvaged(path: Path) -> Salvaged:
    size = path.lstat().st_size
    if size > LARGEST_FILE:
        raise SubmissionError(
            f"is {size / 1e6:,.0f} MB; the most that is read is {LARGEST_FILE / 1e6:,.0f} MB"
        )
    if size > _READ_APART:
        return salvage_apart(str(path))
    return salvage(_bytes(path))


def _bytes(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as err:
        raise SubmissionError(f"cannot be read ({err.strerror})") from err
    with os.fdopen(handle, "rb") as file:
        return file.read(LARGEST_FILE)


def _notebook(found: Salvaged) -> NotebookNode:
    nb: NotebookNode = new_notebook(metadata={"language_info": {"name": "python"}})
    taken: set[str] = set()
    for position, cell in enumerate(found.cells, 1):
        nb.cells.append(_cell(cell, position, taken))
    return nb


def _cell(found: FoundCell, position: int, taken: set[str]) -> NotebookNode:
    name = found.id if _VALID_ID.fullmatch(found.id) and found.id not in taken else ""
    while not name or name in taken:
        name, position = f"cell-{position}", position + 1_000
    taken.add(name)
    # Not nbformat's own makers: their validation of each cell costs 0.4 ms, and this is valid.
    made = NotebookNode(cell_type=found.kind, id=name, metadata=NotebookNode(), source=found.source)
    if found.kind == "code":
        made.update(execution_count=None, outputs=[])
    if found.grade_id:
        claims = {"grade_id": found.grade_id, "checksum": found.checksum}
        made.metadata["nbgrader"] = NotebookNode(claims)
    if found.attachments:
        made.attachments = {name: dict(kinds) for name, kinds in found.attachments.items()}
    return made
