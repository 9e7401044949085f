"""What decides a lesson's marks, as one hash: the same hash means the same judge."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from autograder import __version__, content
from autograder.grading.preload import lesson_data

__all__ = ["judge_fingerprint"]

_PACKAGE = Path(__file__).resolve().parents[1]
# How marks are asked for, written and shown does not change what they are.
_BESIDE = ("authoring", "career", "cli", "feeds", "plugins", "portfolio", "progress", "_data")


def judge_fingerprint(lesson_id: str) -> str:
    """Hash a lesson's judge, probe and data, its entry in the manifest, and our own code."""
    course = content.course()
    lesson = course.lesson(lesson_id)
    digest = hashlib.sha256(f"{__version__}\n{_own_code()}\n".encode())
    digest.update(f"{course.course.version}\n{course.course.seeds}\n".encode())
    digest.update(lesson.model_dump_json().encode())
    for path in _files(lesson_id, lesson_data(lesson_id)):
        content_hash = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.parent.name}/{path.name} {content_hash}\n".encode())
    return digest.hexdigest()


def _files(lesson_id: str, datasets: Iterable[str]) -> Iterator[Path]:
    folder = content.lesson_dir(lesson_id)
    yield from (p for name in ("judge.py", "probe.py") if (p := folder / name).is_file())
    for slug in datasets:
        yield from content.dataset_files(slug)


@lru_cache(maxsize=1)
def _own_code() -> str:
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        inner = path.relative_to(_PACKAGE)
        if inner.parts[0] not in _BESIDE:
            digest.update(f"{inner}\n".encode() + path.read_bytes())
    return digest.hexdigest()
