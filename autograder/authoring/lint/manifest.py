"""Rules on course.yaml itself and on what lies in the folders it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import ValidationError

from autograder.authoring.lint.finding import Finding
from autograder.authoring.lint.subject import CourseSubject, ManifestLines
from autograder.manifest import Course

__all__ = ["COURSE_RULES", "read_subject"]

_NUMBERED = re.compile(r"^(\d\d)(_[a-z][a-z0-9]*)+$")
_WORDS = re.compile(r"^(?!(?:ex|exercise|part|problem|q|question|step|task)_?\d)[a-z]\w+$")
_IGNORED = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}


def read_subject(root: Path) -> tuple[CourseSubject | None, list[Finding]]:
    """Read the manifest, or say on which lines it breaks its schema."""
    path = root / "notebooks" / "course.yaml"
    if not path.is_file():
        return None, [Finding(path, 1, "The manifest does not exist.", "Write course.yaml.")]
    text = path.read_text(encoding="utf-8")
    try:
        raw = yaml.safe_load(text)
        lines = ManifestLines(text)
    except yaml.YAMLError as err:
        mark = getattr(err, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(err, "problem", None) or "it cannot be read"
        return None, [Finding(path, line, f"This is not YAML: {problem}.", "Mend the syntax.")]
    try:
        return CourseSubject(root, Course.model_validate(raw), lines), []
    except ValidationError as err:
        return None, [
            Finding(
                path,
                lines.line(*error["loc"]),
                f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}.",
                "See autograder/manifest.py for what an entry takes.",
            )
            for error in err.errors()
        ]


def _entries(course: CourseSubject) -> Iterator[Finding]:
    """One entry per lesson folder, one folder per entry, numbers going up."""
    seen: list[str] = []
    for index, entry in enumerate(course.course.lessons):
        line = course.lines.line("lessons", index, "id")
        if not _NUMBERED.match(entry.id):
            yield Finding(
                course.manifest,
                line,
                f"The lesson id {entry.id} is not a number and words.",
                "Name it such as 11_price_an_answer.",
            )
        if entry.id in seen:
            yield Finding(
                course.manifest, line, f"{entry.id} is listed twice.", "Remove one of the entries."
            )
        elif seen and entry.id[:2] <= seen[-1][:2]:
            yield Finding(
                course.manifest,
                line,
                f"{entry.id} stands after {seen[-1]}.",
                "Keep the entries in order of their numbers, each number once.",
            )
        seen.append(entry.id)
        if not (course.lessons / entry.id).is_dir():
            yield Finding(
                course.manifest,
                line,
                f"{entry.id} has no folder in notebooks/lessons.",
                f"Run `rungs new-lesson {entry.id[3:]}` or remove the entry.",
            )


def _prerequisites(course: CourseSubject) -> Iterator[Finding]:
    """Prerequisites exist and stand earlier, which also makes them acyclic."""
    position = {entry.id: i for i, entry in enumerate(course.course.lessons)}
    for index, entry in enumerate(course.course.lessons):
        for key in ("prerequisites", "soft_prerequisites"):
            for place, wanted in enumerate(getattr(entry, key)):
                line = course.lines.line("lessons", index, key, place)
                if wanted not in position:
                    # A soft prerequisite may be a lesson that is still to be written.
                    if key == "prerequisites" or not _NUMBERED.match(wanted):
                        yield Finding(
                            course.manifest,
                            line,
                            f"{entry.id} needs {wanted}, which is no lesson.",
                            "Name a lesson of this file, or move it to soft_prerequisites.",
                        )
                elif position[wanted] >= index:
                    yield Finding(
                        course.manifest,
                        line,
                        f"{entry.id} needs {wanted}, which does not come before it.",
                        "Put the prerequisite first, or drop it: a circle helps nobody.",
                    )


def _cases(course: CourseSubject) -> Iterator[Finding]:
    """A case has a name of its own: `load` finds it by that alone."""
    owner: dict[str, str] = {}
    for index, entry in enumerate(course.course.lessons):
        for place, task in enumerate(entry.tasks):
            line = course.lines.line("lessons", index, "tasks", place)
            if task.case and owner.setdefault(task.case, entry.id) != entry.id:
                what = f"{entry.id} and {owner[task.case]} have a case {task.case}."
                yield Finding(course.manifest, line, what, "Give each its own name.")
            if task.case and course.files_of(task.case) is not None:
                what = f"{entry.id}: the case {task.case} has the name of a dataset."
                yield Finding(course.manifest, line, what, "Give it its own name.")


def _competencies(course: CourseSubject) -> Iterator[Finding]:
    """Every task serves competencies that exist."""
    for index, entry in enumerate(course.course.lessons):
        for key in ("tasks", "written"):
            for place, task in enumerate(getattr(entry, key)):
                at = ("lessons", index, key, place)
                if not task.competencies:
                    yield Finding(
                        course.manifest,
                        course.lines.line(*at),
                        f"{entry.id}: {task.id} serves no competency.",
                        "List ids of datasets/career/competencies.csv under competencies.",
                    )
                for item, competency in enumerate(task.competencies):
                    if competency not in course.competencies:
                        yield Finding(
                            course.manifest,
                            course.lines.line(*at, "competencies", item),
                            f"{entry.id}: {task.id} names {competency}, which is no competency.",
                            "Use an id of datasets/career/competencies.csv.",
                        )


def _task_names(course: CourseSubject) -> Iterator[Finding]:
    """Task ids are words, each used once in the course."""
    homes: dict[str, str] = {}
    for index, entry in enumerate(course.course.lessons):
        for key in ("tasks", "written"):
            for place, task in enumerate(getattr(entry, key)):
                line = course.lines.line("lessons", index, key, place)
                if not _WORDS.match(task.id):
                    yield Finding(
                        course.manifest,
                        line,
                        f"The task id {task.id} is not made of words.",
                        "Use lower-case words joined by _, such as rank_passages.",
                    )
                if task.id in homes:
                    yield Finding(
                        course.manifest,
                        line,
                        f"{entry.id} and {homes[task.id]} both have a task {task.id}.",
                        'Rename one: `check("…")` finds a lesson by its task.',
                    )
                homes.setdefault(task.id, entry.id)


def _files(course: CourseSubject) -> Iterator[Finding]:
    """Nothing unexpected lies among the lessons or beside the generated notebooks."""
    known = {entry.id for entry in course.course.lessons}
    for path in _visible(course.lessons):
        if path.name not in known:
            yield Finding(
                path,
                1,
                "course.yaml has no lesson of this name.",
                "Add an entry, or move this out of notebooks/lessons.",
            )
    for tree in ("source", "release"):
        for path in _visible(course.root / "notebooks" / tree):
            inside = _visible(path) if path.is_dir() and path.name in known else [path]
            for file in inside:
                if file.name != f"{path.name}.ipynb":
                    yield Finding(
                        file,
                        1,
                        f"Only generated notebooks belong in notebooks/{tree}.",
                        "Remove it: nbgrader copies what lies beside a source notebook.",
                    )


def _visible(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name not in _IGNORED)


COURSE_RULES = (_entries, _prerequisites, _cases, _competencies, _task_names, _files)
