"""The cases of a class: drawn from its key, handed out once, and remembered.

`.rungs/cases/<lesson>/<learner>.json` keeps the seed of each case that was
handed out, so that another key or another version of a world cannot quietly
change what a record is judged against. It is as secret as the key.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.cases import FOLDER, Pack, digest, write_once
from autograder.errors import ContentError, SubmissionError
from autograder.judging.case import stage_case
from autograder.judging.seeds import case_seed, course_secret
from autograder.manifest import Lesson

__all__ = [
    "Handed",
    "Handing",
    "hand_out",
    "on_exchange",
    "read_handed",
    "released_seed",
    "strange_packs",
]


@dataclass(frozen=True)
class Handed:
    """Remember one case: its seed (hexadecimal), what its public view holds, and its file."""

    seed: str
    public: str
    file: str


@dataclass(frozen=True)
class Handing:
    """Tell of one pack: the file it lies in, and whether it is new there."""

    learner: str
    path: Path
    new: bool


def hand_out(
    root: Path, lesson: Lesson, learners: Iterable[str], place: Callable[[str], Path]
) -> Iterator[Handing]:
    """Write every learner's packs into the folder that `place` gives; what is there stays.

    Raises `ContentError` where a case would no longer be what was handed out.
    """
    for learner in learners:
        if learner.startswith((".", "-")) or "/" in learner or not learner:
            raise SubmissionError(f"{learner!r} cannot name a folder. Mend the roster.")
        for case in lesson.cases:
            path = place(learner) / f"{case}.json"
            yield Handing(learner, path, _write(root, lesson, case, learner, path))


def on_exchange(course: Path, lesson_id: str) -> Callable[[str], Path]:
    """Return where packs lie in a course's folder on the exchange, by learner."""
    return lambda learner: course / FOLDER / lesson_id / learner


def read_handed(root: Path, lesson_id: str, learner: str) -> dict[str, Handed]:
    """Read which cases a learner was given."""
    path = _path(root, lesson_id, learner)
    if not path.is_file():
        return {}
    found = json.loads(path.read_text(encoding="utf-8"))
    return {case: Handed(**about) for case, about in found.items()}


def released_seed(root: Path, lesson_id: str, case: str, learner: str) -> int:
    """Return the seed of a learner's case: as it was handed out, else from the course's key."""
    handed = read_handed(root, lesson_id, learner).get(case)
    if handed is not None:
        return int(handed.seed, 16)
    return case_seed(course_secret(root), lesson_id, case, learner)


def strange_packs(folder: Path, handed: dict[str, Handed]) -> list[str]:
    """Say which packs in a submission are not the ones handed out; nothing else reads them."""
    said = []
    for case, about in handed.items():
        found = [p for p in folder.glob(f"{FOLDER}/**/{case}.json") if p.is_file()]
        if found and all(_sha(path.read_bytes()) != about.file for path in found):
            said.append(
                f"The {case} in its {FOLDER}/ is not the one that was handed to this learner. "
                "It was not used: the record is judged against the learner's own case."
            )
    return said


def _write(root: Path, lesson: Lesson, case: str, learner: str, path: Path) -> bool:
    if path.exists() and case in read_handed(root, lesson.id, learner):
        return False  # Making a world takes a fraction of a second, and a class is large.
    pack = _pack(root, lesson, case, learner)
    made = [folder for folder in path.parents if not folder.exists()]
    if not write_once(path, pack.data()):
        return False
    # Whoever may fetch the lesson may read it, whatever this account's umask.
    path.chmod(0o644)
    for folder in made:
        folder.chmod(0o755)
    return True


def _pack(root: Path, lesson: Lesson, case: str, learner: str) -> Pack:
    seed = released_seed(root, lesson.id, case, learner)
    pack = Pack(case, lesson.id, "class", learner, stage_case(lesson, case, seed).public)
    known = read_handed(root, lesson.id, learner)
    now = Handed(f"{seed:x}", digest(pack.public), _sha(pack.data()))
    if case not in known:
        _remember(_path(root, lesson.id, learner), known | {case: now})
    elif known[case].public != now.public:
        raise ContentError(
            f"The {case} that {learner} was given is not what this version of {lesson.id} makes "
            "of it. Go back to the version that released it, or remove "
            f"{_path(root, lesson.id, learner)} and hand out a new case."
        )
    return pack


def _remember(path: Path, handed: dict[str, Handed]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(f".{os.getpid()}.part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({case: asdict(about) for case, about in handed.items()}, file, indent=1)
    partial.replace(path)


def _path(root: Path, lesson_id: str, learner: str) -> Path:
    return root / ".rungs" / "cases" / lesson_id / f"{learner.replace('/', '_')}.json"


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
