"""Start a new lesson: its files and its entry in the manifest, which lint as they stand."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from autograder.authoring.template import ENTRY, FILES
from autograder.errors import ContentError
from autograder.manifest import Course, read_course

__all__ = ["Scaffold", "scaffold"]

_SLUG = re.compile(r"^(?:(\d\d)_)?([a-z]+(?:_[a-z]+)*)$")
_TASK = "count_words"


@dataclass(frozen=True)
class Scaffold:
    """What was made: the lesson's id and its files."""

    id: str
    files: tuple[Path, ...]


def scaffold(root: Path, slug: str) -> Scaffold:
    """Write a draft lesson under `root`; a slug without a number takes the next one.

    Raises `ContentError`, and writes nothing, where the slug is no slug, the
    number or the folder is taken, or the manifest would not be valid with it.
    """
    manifest = root / "notebooks" / "course.yaml"
    course = read_course(manifest)
    lesson = _lesson_id(course, slug)
    folder = root / "notebooks" / "lessons" / lesson
    if folder.exists():
        raise ContentError(f"{folder} exists already. Choose another name, or work on that one.")
    taken = {task.id for _, task in course.tasks()}
    words = lesson[3:]
    values = {
        "id": lesson,
        "title": words.replace("_", " ").capitalize(),
        "task": _TASK if _TASK not in taken else f"{_TASK}_to_{words}",
        "competency": _any_competency(root),
    }
    listed = _listed(manifest.read_text(encoding="utf-8"), course, lesson, _fill(ENTRY, values))
    files = []
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_fill(text, values), encoding="utf-8")
        files.append(path)
    manifest.write_text(listed, encoding="utf-8")
    return Scaffold(lesson, (*files, manifest))


def _lesson_id(course: Course, slug: str) -> str:
    match = _SLUG.match(slug)
    if match is None:
        raise ContentError(
            f"{slug!r} is no slug. Use lower-case words joined by _, such as find_the_passage, "
            "with or without a number before them."
        )
    numbers = {entry.id[:2]: entry.id for entry in course.lessons}
    number = match[1] or f"{max((int(n) for n in numbers), default=0) + 1:02d}"
    if number in numbers:
        raise ContentError(f"{numbers[number]} has the number {number}. Choose a free one.")
    if any(entry.id[3:] == match[2] for entry in course.lessons):
        raise ContentError(f"There is a lesson {match[2]} already. Choose another name.")
    return f"{number}_{match[2]}"


def _any_competency(root: Path) -> str:
    path = root / "datasets" / "career" / "competencies.csv"
    if not path.is_file():
        raise ContentError(f"{path} does not exist. Run this from a complete checkout.")
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))["id"]


def _fill(text: str, values: dict[str, str]) -> str:
    for key, value in values.items():
        text = text.replace("{{" + key + "}}", value)
    return text


def _listed(text: str, course: Course, lesson: str, entry: str) -> str:
    # As text, so that the manifest keeps its comments.
    if not course.lessons:
        made = re.sub(
            r"^lessons:[ \t]*\[\][ \t]*$", f"lessons:\n{entry.rstrip()}", text, flags=re.M
        )
    else:
        lines = text.splitlines(keepends=True)
        at = _line_after(text, sum(other.id[:2] < lesson[:2] for other in course.lessons))
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        made = "".join([*lines[:at], entry, *lines[at:]])
    _refuse_broken(text, made, lesson)
    return made


def _line_after(text: str, before: int) -> int:
    # Where an entry that has `before` others before it begins, as an index of lines.
    document: Any = yaml.compose(text)
    keys = [(key.value, key.start_mark.line, value) for key, value in document.value]
    at = next(i for i, (key, _, _) in enumerate(keys) if key == "lessons")
    entries = keys[at][2].value
    if before < len(entries):
        return int(entries[before].start_mark.line)
    return int(keys[at + 1][1]) if at + 1 < len(keys) else len(text.splitlines())


def _refuse_broken(before: str, after: str, lesson: str) -> None:
    old = yaml.safe_load(before)
    try:
        new = yaml.safe_load(after)
        rest = [entry for entry in new["lessons"] if entry["id"] != lesson]
    except (yaml.YAMLError, TypeError, KeyError):
        rest = []
    if rest != old["lessons"] or after == before:
        raise ContentError(
            "course.yaml is laid out in a way that a new entry cannot be added to. "
            "Write one entry a block under `lessons:`, each beginning with `  - id:`."
        )
