"""Rules on a lesson's folder and its corpus of right and wrong submissions."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from autograder.authoring.lint.finding import Finding
from autograder.authoring.lint.subject import LessonSubject
from autograder.authoring.lint.syntax import bindings

__all__ = ["CORPUS_RULES", "FEWEST_RIGHT", "FEWEST_WRONG"]

FEWEST_RIGHT, FEWEST_WRONG = 2, 5
_NAME = re.compile(r"^(right|wrong)(_[a-z0-9]+)+\.py$")
_FIELD = re.compile(r"^(task|score|says):\s*(.*)$")
_SCORE = re.compile(r"^(\d(?:\.\d+)?)(?:\.\.(\d(?:\.\d+)?))?$")
_LESSON_FILES = {
    "lesson.py",
    "judge.py",
    "probe.py",
    "corpus",
    "__pycache__",
    "misconceptions.json",
    "quoted.yaml",
}
_IGNORED = {"__pycache__", ".ipynb_checkpoints"}
_BESIDE_SUBMISSIONS = {*_IGNORED, "survivors.yaml"}  # mutants of the judge, explained


def _files(subject: LessonSubject) -> Iterator[Finding]:
    """A lesson's folder holds lesson.py, judge.py, corpus/ and what goes with them, no more."""
    for path in sorted(subject.folder.iterdir()):
        if path.name not in _LESSON_FILES | _IGNORED:
            yield Finding(
                path,
                1,
                f"{path.name} has no place in a lesson.",
                "Data belongs in datasets/, pictures in the text as code that draws them.",
            )
    if subject.entry.tasks and not subject.judge_path.is_file():
        yield Finding(
            subject.judge_path, 1, "The lesson has tasks and no judge.", "Write judge.py."
        )
    folder = subject.folder / "corpus"
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name not in _BESIDE_SUBMISSIONS and not _NAME.match(path.name):
            yield Finding(
                path,
                1,
                f"{path.name} is neither right_*.py nor wrong_*.py.",
                "Name it such as wrong_reads_per_thousand.py.",
            )


def _headers(subject: LessonSubject) -> Iterator[Finding]:
    """A corpus file says which task it answers, and a wrong one its score and its message."""
    tasks = {task.id for task in subject.entry.tasks}
    for path, tree in _submissions(subject):
        fields = _fields(tree)
        task = fields.get("task", ("", 1))[0]
        if task not in tasks:
            told = (
                f"names the task {task!r}, which is none of this lesson"
                if task
                else "names no task"
            )
            yield Finding(
                path,
                fields.get("task", ("", 1))[1],
                f"The docstring {told}.",
                f"Write `task: ` and one of {', '.join(sorted(tasks))}.",
            )
        elif task not in {name for name, _ in bindings(tree)}:
            yield Finding(path, 1, f"The file defines no {task}.", "Define what the judge calls.")
        yield from _verdict(path, fields)


def _verdict(path: Path, fields: dict[str, tuple[str, int]]) -> Iterator[Finding]:
    wrong = path.name.startswith("wrong_")
    for key in ("score", "says"):
        if (key in fields) != wrong:
            yield Finding(
                path,
                fields.get(key, ("", 1))[1],
                f"A {'wrong' if wrong else 'right'} submission "
                f"{'declares no' if wrong else 'declares a'} `{key}:`.",
                "Add it to the docstring." if wrong else "Remove it: right means full.",
            )
        elif wrong and not fields[key][0]:
            yield Finding(path, fields[key][1], f"`{key}:` is empty.", "Fill it in.")
    text, line = fields.get("score", ("", 1))
    match = _SCORE.match(text.partition("#")[0].strip())
    low_high = [float(part) for part in match.groups() if part] if match else []
    if wrong and text and (not low_high or low_high[-1] >= 1 or low_high[0] > low_high[-1]):
        yield Finding(
            path,
            line,
            f"The score {text!r} is not below full.",
            "Write a number from 0 to below 1, or an interval such as 0.25..0.6.",
        )


def _enough(subject: LessonSubject) -> Iterator[Finding]:
    """Each task has at least two right and five wrong submissions."""
    counts: Counter[tuple[str, str]] = Counter()
    for path, tree in _submissions(subject):
        counts[_fields(tree).get("task", ("", 1))[0], path.name.partition("_")[0]] += 1
    for place, task in enumerate(subject.entry.tasks):
        for kind, fewest in (("right", FEWEST_RIGHT), ("wrong", FEWEST_WRONG)):
            if counts[task.id, kind] < fewest:
                yield Finding(
                    subject.course.manifest,
                    subject.entry_line("tasks", place),
                    f"{task.id} has {counts[task.id, kind]} {kind} submissions of {fewest}.",
                    f"Add {kind}_*.py to notebooks/lessons/{subject.entry.id}/corpus.",
                )


def _submissions(subject: LessonSubject) -> Iterator[tuple[Path, ast.Module]]:
    for path in subject.corpus:
        if _NAME.match(path.name):
            try:
                yield path, ast.parse(path.read_text(encoding="utf-8"))
            except (SyntaxError, UnicodeDecodeError):
                continue  # the rule on syntax reports it


def _fields(tree: ast.Module) -> dict[str, tuple[str, int]]:
    docstring = ast.get_docstring(tree, clean=False) or ""
    first = tree.body[0].lineno if tree.body else 1
    return {
        match[1]: (match[2].strip(), first + offset)
        for offset, text in enumerate(docstring.splitlines())
        if (match := _FIELD.match(text.strip()))
    }


CORPUS_RULES = (_files, _headers, _enough)
