"""What a worker is asked: one submission, with everything that grading it takes.

An order travels to another process or another machine, so it holds derived
seeds and never the course's secret.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder import content
from autograder.grading.handed import read_handed, released_seed
from autograder.grading.limits import Limits
from autograder.grading.restore import ReleasedCell
from autograder.judging.seeds import course_secret, official_seeds
from autograder.manifest import Lesson

__all__ = ["Order", "content_of", "handed_digests", "learner_seeds"]


@dataclass(frozen=True)
class Order:
    """Ask for one submission's marks.

    `notebook` is the submission as read, in JSON, `notes` what was mended on
    the way, `submission` names the files it came from by their content;
    `seeds` are the cases by task, `judge` is the fingerprint of what decides
    (`grading.fingerprint`), `handed` the digest of each case as it was released.
    """

    lesson_id: str
    learner: str
    submission: str
    released: tuple[ReleasedCell, ...]
    seeds: dict[str, list[int]]
    limits: Limits
    judge: str
    kernelspec: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()
    notebook: bytes = b""
    handed: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Name everything that the marks depend on: equal keys give equal marks."""
        header = self._header()
        # These two are told or written, and decide nothing.
        del header["notes"], header["kernelspec"]
        return hashlib.sha256(json.dumps(header, sort_keys=True).encode()).hexdigest()

    def pack(self) -> bytes:
        """Write the order as one line of JSON and the notebook behind it."""
        return json.dumps(self._header(), sort_keys=True).encode() + b"\n" + self.notebook

    @classmethod
    def unpack(cls, packed: bytes) -> Order:
        """Read what `pack` wrote."""
        line, _, notebook = packed.partition(b"\n")
        header = json.loads(line)
        released = tuple(ReleasedCell(**cell) for cell in header.pop("released"))
        limits = Limits(**header.pop("limits"))
        notes = tuple(header.pop("notes"))
        return cls(**header, released=released, limits=limits, notes=notes, notebook=notebook)

    def _header(self) -> dict[str, Any]:
        header = {**vars(self), "limits": asdict(self.limits)}
        del header["notebook"]
        return header | {"released": [vars(cell) for cell in self.released]}


def content_of(folder: Path) -> str:
    """Name a submission by what its files hold; when it was handed in is not part of it."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        inner = path.relative_to(folder)
        if str(inner) != "timestamp.txt" and not any(p.startswith(".") for p in inner.parts):
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{inner}\n{found}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def learner_seeds(root: Path, lesson: Lesson, learner: str) -> dict[str, list[int]]:
    """Derive a learner's official cases from the secret of the course in `root`."""
    course, secret = content.course().course, course_secret(root)
    return {
        task.id: [released_seed(root, lesson.id, task.case, learner)]
        if task.case
        else official_seeds(secret, course.version, lesson.id, task.id, learner, course.seeds)
        for task in lesson.tasks
    }


def handed_digests(root: Path, lesson: Lesson, learner: str) -> dict[str, str]:
    """Name what each case held when a learner was given it."""
    known = read_handed(root, lesson.id, learner)
    return {case: known[case].public for case in lesson.cases if case in known}
