"""Cases without a class: from a secret of the learner's own, or an example for everybody.

Whoever holds the secret could compute the truth from it. That is their own
affair: nobody else takes a mark from such a case.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from autograder.cases import Pack, digest, lesson_of, notice, read_pack, write_once
from autograder.errors import ContentError
from autograder.judging.attempts import Attempts, home
from autograder.judging.case import stage_case
from autograder.judging.seeds import case_seed, practice_seeds
from autograder.manifest import Lesson

__all__ = ["KEY", "example_pack", "make_key", "own_pack", "own_seed", "turns", "unsealed"]

KEY = "case.key"  # `make start` writes one of the same form


def own_pack(case: str, place: Path) -> Pack | None:
    """Return the learner's own pack, written into `place` where it is new.

    None where they have neither the file nor a secret.
    """
    lesson = _lesson(case)
    turn = turns(lesson, case)
    path = place / (f"{case}-{turn + 1}.json" if turn else f"{case}.json")
    if path.is_file():
        return read_pack(path, case)
    seed = own_seed(lesson, case)
    if seed is None:
        return None
    pack = Pack(case, lesson.id, "own", "", stage_case(lesson, case, seed).public)
    with suppress(OSError):  # A folder that cannot be written costs no lesson.
        write_once(path, pack.data())
    return pack


def own_seed(lesson: Lesson, case: str) -> int | None:
    """Derive the seed of the learner's present case from their secret, if they have one."""
    try:
        key = (home() / KEY).read_bytes().strip()
    except OSError:
        return None
    return case_seed(key, lesson.id, case, f"turn {turns(lesson, case)}")


def unsealed(pack: Pack) -> int:
    """Return the seed of one's own case; raise `ContentError` where it is a class's, or changed."""
    lesson = _lesson(pack.case)
    if pack.origin == "class":
        raise ContentError(
            f"Your {pack.case} was released by your class, which alone knows what is true of it. "
            "It is told when the records are graded."
        )
    seed = own_seed(lesson, pack.case)
    if seed is None:
        raise ContentError(notice(pack))
    if digest(stage_case(lesson, pack.case, seed).public) != digest(pack.public):
        raise ContentError(
            f"The file of your {pack.case} in cases/ is not what your secret makes: it was "
            "changed, or the course has changed since. Delete the file, run the cell with load "
            "again, and compare your record with the case that it gives."
        )
    return seed


def turns(lesson: Lesson, case: str) -> int:
    """Count the cases that were closed by revealing a task about them."""
    record = Attempts()
    tasks = [task.id for task in lesson.tasks if task.case == case]
    return sum(record.history(lesson.id, task).variant for task in tasks)


def example_pack(case: str) -> Pack:
    """Return the case that everybody may see."""
    lesson = _lesson(case)
    (seed,) = practice_seeds(lesson.id, f"case {case}", count=1)
    return Pack(case, lesson.id, "example", "", stage_case(lesson, case, seed).public)


def make_key(folder: Path) -> bool:
    """Make the learner's secret in a folder, unless there is one; tell whether it was made."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w") as file:
        file.write(f"{secrets.token_hex(32)}\n")
    return True


def _lesson(case: str) -> Lesson:
    lesson = lesson_of(case)
    if lesson is None:
        raise ContentError(f"No task of the course is about a case {case!r}.")
    return lesson
