"""One lesson as the truth table sees it: its rows, and a place to run them in."""

from __future__ import annotations

import ast
import hashlib
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Literal

from autograder import content
from autograder.authoring.corpus import Code, Entry, add_code, lesson_code, read_corpus, run_lesson
from autograder.authoring.forks import Emit, Work, each, stream
from autograder.authoring.lesson import Lesson as AuthoredLesson
from autograder.authoring.lesson import read_lesson
from autograder.authoring.reach import reached
from autograder.errors import ContentError
from autograder.judging import InProcess, Judge, load_judge
from autograder.manifest import Lesson, Task

__all__ = ["Limits", "Room", "Run", "Submission", "digest", "replay"]

Seat = Literal["stub", "reference", "right", "wrong"]
_PACKAGE = Path(content.__file__).resolve().parent
_LESSON_SECONDS = 300.0
_INSTALLERS = frozenset({"pip", "setuptools", "uv", "wheel"})  # no outcome depends on them
# What an outcome depends on besides the lesson itself.
_SOURCES = (
    "checks/*.py",
    "judging/judge.py",
    "judging/learner.py",
    "channel/answer.py",
    "channel/codec.py",
    "content.py",
    "errors.py",
    "authoring/corpus.py",
    "authoring/room.py",
    "authoring/trials.py",
)


@dataclass(frozen=True)
class Submission:
    """One row of the table: a task's stub, its reference, or an entry of the corpus."""

    task: Task
    seat: Seat
    entry: Entry | None = None

    @property
    def name(self) -> str:
        """Name the row within its task."""
        return self.entry.name if self.entry else self.seat


@dataclass(frozen=True)
class Limits:
    """Bound a replay: `jobs` children at once, `seconds` of wall time for each submission."""

    jobs: int = 1
    seconds: float = 120.0


Run = Callable[[Submission, Judge, InProcess, Emit], None]


@dataclass(frozen=True)
class Room:
    """Hold what a lesson's trials need: the manifest's entry, the code, the corpus.

    `authored` is None while lesson.py is not written: entries then run alone,
    and there is no stub and no reference.
    """

    lesson: Lesson
    authored: AuthoredLesson | None
    entries: tuple[Entry, ...]

    @classmethod
    def open(cls, lesson: Lesson) -> Room:
        """Read a lesson's files; raise `ContentError` at the first that cannot be used."""
        folder = content.lesson_dir(lesson.id)
        tasks = tuple(task.id for task in lesson.tasks)
        path = folder / "lesson.py"
        authored = read_lesson(path) if path.is_file() else None
        return cls(lesson, authored, tuple(read_corpus(folder / "corpus", tasks)))

    @property
    def folder(self) -> Path:
        """Return the lesson's folder."""
        return content.lesson_dir(self.lesson.id)

    def submissions(self, task: Task) -> list[Submission]:
        """List a task's rows: stub, reference, right and wrong entries."""
        own = [Submission(task, e.kind, e) for e in self.entries if e.task == task.id]
        if self.authored is None:
            return own
        return [Submission(task, "stub"), Submission(task, "reference"), *own]

    def code(self, stub: bool) -> list[Code]:
        """Return the cells to replay."""
        return lesson_code(self.authored, stub) if self.authored else []

    def key(self, submission: Submission) -> str:
        """Hash everything the submission's outcome depends on, its seeds' number aside."""
        return digest(
            _surroundings(),
            self.files(),
            _reached_text(self.folder / "judge.py", submission.task.id),
            *(cell.source for cell in self.code(submission.seat == "stub")),
            submission.task.id,
            _without_docstring(submission.entry.code.source) if submission.entry else "",
        )

    def files(self) -> str:
        """Hash the probe, the datasets, and the provider and the scenarios where they are used."""
        paths = [self.folder / "probe.py"]
        judge = (self.folder / "judge.py").read_text(encoding="utf-8")
        paths += _scenarios([judge, *(cell.source for cell in self.code(stub=False))])
        if "autograder.provider" in judge:
            paths += sorted((_PACKAGE / "provider").rglob("*.py"))
            paths += content.dataset_files("practice_provider")
            paths += content.dataset_files("practice_models")
        for slug in self.lesson.datasets:
            paths += content.dataset_files(slug)
        return digest(*(p.name + _hash_file(p) for p in paths if p.is_file()))


def replay(
    room: Room, wanted: Iterable[Submission], run: Run, limits: Limits
) -> Iterator[tuple[Submission, list[Any], str]]:
    """Run `run(submission, judge, transport, emit)` for each submission; yield what it emitted.

    The lesson's cells run once with the stub and once with the references,
    each in a child; every submission then runs in a child of that one. The
    last value is a sentence where a submission ended early, or where a cell of
    the untouched lesson raised. Raises `ContentError` where the reference
    lesson does not run.
    """
    chosen = list(wanted)
    for stub in (False, True):
        part = [s for s in chosen if (s.seat == "stub") == stub]
        if part:
            yield from _replay_part(room, part, run, limits, stub)


def _replay_part(
    room: Room, part: list[Submission], run: Run, limits: Limits, stub: bool
) -> Iterator[tuple[Submission, list[Any], str]]:
    with tempfile.TemporaryDirectory(prefix="rungs-truth-") as folder:

        def lesson(emit: Emit) -> None:
            namespace, faults = run_lesson(room.code(stub), Path(folder), keep_going=stub)
            emit(faults)
            with suppress(Exception):  # each child tells what is wrong with its own judge
                load_judge(room.lesson.id, part[0].task.id)  # what it imports is shared
            works = ((i, _work(room, s, namespace, run)) for i, s in enumerate(part))
            for index, fork in each(works, limits.jobs, limits.seconds):
                emit([index, fork.emitted, fork.ended])

        arriving = stream(lesson, _LESSON_SECONDS + limits.seconds * len(part))
        try:
            faults = next(arriving)
            for index, emitted, ended in arriving:
                yield part[index], emitted, ended or "".join(faults[:1])
        except RuntimeError as err:
            raise ContentError(f"the lesson does not run: {err}") from err


def _work(room: Room, submission: Submission, namespace: dict[str, Any], run: Run) -> Work:
    def work(emit: Emit) -> None:
        judge = load_judge(room.lesson.id, submission.task.id)
        if submission.entry:
            add_code(namespace, submission.entry.code)
        run(submission, judge, InProcess(namespace, judge.probes), emit)

    return work


def _scenarios(texts: list[str]) -> list[Path]:
    """List the sources of the worlds that these texts name, and of those that they name."""
    home, found = _PACKAGE / "scenarios", dict[str, list[Path]]()
    waiting = [text for text in texts if "autograder.scenarios" in text]
    if not waiting:
        return []
    worlds = [path.name for path in home.iterdir() if path.is_dir()]
    while waiting:
        text = waiting.pop()
        for world in worlds:
            if world in text and world not in found:
                found[world] = sorted((home / world).rglob("*.py"))
                waiting += [path.read_text(encoding="utf-8") for path in found[world]]
    # Its __init__ only says where the open names live, and every new world adds some.
    shared = [path for path in sorted(home.glob("*.py")) if path.name != "__init__.py"]
    return [*shared, *(path for world in sorted(found) for path in found[world])]


@lru_cache(maxsize=1)
def _surroundings() -> str:
    sources = [path for pattern in _SOURCES for path in sorted(_PACKAGE.glob(pattern))]
    names = ((str(d.metadata["Name"]), d.version) for d in distributions())
    installed = sorted(f"{name} {version}" for name, version in names if name not in _INSTALLERS)
    return digest(sys.version, *map(_hash_file, sources), *installed)


def _reached_text(path: Path, task: str) -> str:
    module = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return "\n".join(ast.unparse(statement) for statement in reached(module, [task]))


def _without_docstring(source: str) -> str:
    return "\n".join(ast.unparse(statement) for statement in ast.parse(source).body[1:])


def _hash_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest(*parts: str) -> str:
    """Hash texts so that no two lists of them give one value."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()
