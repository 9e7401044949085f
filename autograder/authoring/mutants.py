"""Test the judges: change them in small ways and see whether any recorded answer tells."""

from __future__ import annotations
import __future__

import ast
import json
import resource
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Literal, NoReturn

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from autograder import content
from autograder.authoring.forks import Emit, Work, each, stream
from autograder.authoring.mutations import Mutant, mutants_of
from autograder.authoring.reach import bound, dependents, reached
from autograder.authoring.recordings import CaseChanged, Played, Recording, outcome, record
from autograder.authoring.room import Limits, Room, Submission, digest
from autograder.errors import ContentError
from autograder.judging import Learner, load_judge
from autograder.manifest import Task

__all__ = ["BAR", "Group", "MutantReport", "Survivor", "read_survivors", "try_mutants"]

Fate = Literal["score", "raised", "hung", "case", "survived"]
BAR = 0.9
CASES = 5
_SECONDS = 5.0
_CHUNK = 20
_SPARE_BYTES = 2 << 30
_ANNOTATIONS = __future__.annotations.compiler_flag


class Survivor(BaseModel):
    """Hold one line of survivors.yaml: a mutant that changes nothing, and why that is so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    function: str
    change: str
    why: str


@dataclass(frozen=True)
class Group:
    """Hold the mutants of the functions that exactly these tasks use, with each one's fate.

    A fate is `score` (a score or a reason changed), `raised`, `hung`, `case`
    (the judge asked something else than before) or `survived`.
    """

    tasks: tuple[str, ...]
    mutants: tuple[Mutant, ...]
    fates: tuple[Fate, ...]

    @property
    def killed(self) -> int:
        """Count the mutants that did not survive."""
        return len(self.mutants) - self.count("survived")

    def count(self, fate: Fate) -> int:
        """Count the mutants of one fate."""
        return self.fates.count(fate)

    @property
    def survivors(self) -> list[Mutant]:
        """List the mutants that nothing told apart."""
        return [m for m, f in zip(self.mutants, self.fates, strict=True) if f == "survived"]


@dataclass(frozen=True)
class MutantReport:
    """Hold a lesson's groups and what is wrong: too few killed, unlisted or stale survivors."""

    groups: tuple[Group, ...]
    problems: tuple[str, ...]

    def of(self, task: str) -> Group | None:
        """Return the group that one task has to itself."""
        return next((g for g in self.groups if g.tasks == (task,)), None)

    @property
    def shared(self) -> list[Group]:
        """Return the groups of functions that several tasks use."""
        return [group for group in self.groups if len(group.tasks) > 1]

    @property
    def total(self) -> int:
        """Count all mutants."""
        return sum(len(group.mutants) for group in self.groups)

    @property
    def killed(self) -> int:
        """Count the killed ones."""
        return sum(group.killed for group in self.groups)


def try_mutants(
    room: Room,
    tasks: list[Task],
    limits: Limits,
    cache: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> MutantReport:
    """Replay the recorded answers of these tasks' corpora against every mutant of their judges.

    A function that a task outside `tasks` uses too is left out. Results are
    kept under `cache` by content. Raises `ContentError` where the unchanged
    judge does not repeat itself.
    """
    path = room.folder / "judge.py"
    module = ast.parse(path.read_text(encoding="utf-8"), str(path))
    plans = [p for p in _plans(room, module) if set(p[0]) <= {task.id for task in tasks}]
    total = sum(len(mutants) for _, mutants in plans)
    done = 0
    recordings: dict[Submission, tuple[Recording, ...]] | None = None
    groups = []
    for names, mutants in plans:
        submissions = [s for t in tasks if t.id in names for s in room.submissions(t)]
        file = _cache_file(cache, room, names, submissions)
        fates = _read_fates(file, mutants)
        if fates is None:
            recordings = recordings or _recorded(room, tasks, limits)
            taped = {s: recordings[s] for s in submissions}
            fates = _fates(room, module, mutants, taped, limits)
            # An edit meanwhile must not leave its outcome under the older text's name.
            if file == _cache_file(cache, room, names, submissions):
                _write_fates(file, mutants, fates)
        groups.append(Group(names, tuple(mutants), tuple(fates)))
        done += len(mutants)
        progress(done, total)
    return MutantReport(tuple(groups), tuple(_problems(room, groups, tasks)))


def read_survivors(folder: Path) -> list[Survivor]:
    """Read a corpus folder's survivors.yaml, if it has one."""
    path = folder / "survivors.yaml"
    if not path.is_file():
        return []
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        return TypeAdapter(list[Survivor]).validate_python(raw)
    except yaml.YAMLError as err:
        raise ContentError(f"{path} is not valid YAML: {err}") from err
    except ValidationError as err:
        first = err.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ContentError(
            f"{path}: {where}: {first['msg']}. Each item has id, function, change and why, all "
            "text; put an id of digits alone in quotes."
        ) from err


def _plans(room: Room, module: ast.Module) -> list[tuple[tuple[str, ...], list[Mutant]]]:
    """Group the mutants of every function and class by the tasks that reach it."""
    ids = [task.id for task in room.lesson.tasks]
    users: dict[int, list[str]] = {}
    for task in ids:
        for statement in reached(module, [task]):
            users.setdefault(id(statement), []).append(task)
    found: dict[tuple[str, ...], list[Mutant]] = {}
    for statement in module.body:
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if id(statement) in users:
            mutants = mutants_of(statement, statement.name)
            found.setdefault(tuple(users[id(statement)]), []).extend(mutants)
    return sorted(found.items(), key=lambda item: (len(item[0]) > 1, ids.index(item[0][0])))


def _recorded(
    room: Room, tasks: list[Task], limits: Limits
) -> dict[Submission, tuple[Recording, ...]]:
    return record(room, [s for task in tasks for s in room.submissions(task)], CASES, limits)


def _fates(
    room: Room,
    module: ast.Module,
    mutants: list[Mutant],
    taped: Mapping[Submission, tuple[Recording, ...]],
    limits: Limits,
) -> list[Fate]:
    """Try every mutant; a child that exceeds its time counts as hung where it stopped."""
    fates: dict[int, Fate] = {}
    while missing := [index for index in range(len(mutants)) if index not in fates]:
        chunks = [missing[i : i + _CHUNK] for i in range(0, len(missing), _CHUNK)]

        def leader(emit: Emit, chunks: list[list[int]] = chunks) -> None:
            # The judge is imported here, once, and never into the caller's process.
            _want_repeatable(room, taped)
            works = ((chunk, _chunk_work(room, module, mutants, chunk, taped)) for chunk in chunks)
            for chunk, fork in each(works, limits.jobs, _CHUNK * _SECONDS):
                emit([chunk, fork.emitted, fork.ended])

        try:
            for chunk, emitted, ended in stream(leader, _CHUNK * _SECONDS * (len(chunks) + 1)):
                fates |= zip(chunk, emitted, strict=False)
                if ended and len(emitted) < len(chunk):
                    fates[chunk[len(emitted)]] = "hung"
        except RuntimeError as err:
            raise ContentError(str(err)) from err
    return [fates[index] for index in range(len(mutants))]


def _want_repeatable(room: Room, taped: Mapping[Submission, tuple[Recording, ...]]) -> None:
    for submission, recordings in taped.items():
        judge = load_judge(room.lesson.id, submission.task.id)
        if _differs(judge.function, recordings):
            raise ContentError(
                f"The judge {submission.task.id} does not repeat itself on {submission.name}. "
                "Draw everything from `seed`, and let nothing depend on hash order or the clock."
            )


def _chunk_work(
    room: Room,
    module: ast.Module,
    mutants: list[Mutant],
    chunk: list[int],
    taped: Mapping[Submission, tuple[Recording, ...]],
) -> Work:
    def work(emit: Emit) -> None:
        _spare_memory()
        signal.signal(signal.SIGALRM, _too_long)
        for index in chunk:
            signal.setitimer(signal.ITIMER_REAL, _SECONDS)
            try:
                fate = _fate(room, module, mutants[index], taped)
            except _TooLong:
                fate = "hung"
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            emit(fate)

    return work


def _fate(
    room: Room,
    module: ast.Module,
    mutant: Mutant,
    taped: Mapping[Submission, tuple[Recording, ...]],
) -> Fate:
    try:
        namespace = _namespace(room, module, mutant)
        for submission, recordings in taped.items():
            if found := _differs(namespace[submission.task.id], recordings):
                return found
    except (_TooLong, KeyboardInterrupt):
        raise
    except BaseException:
        return "raised"
    return "survived"


def _namespace(room: Room, module: ast.Module, mutant: Mutant) -> dict[str, Any]:
    """Return the judge's module with one statement changed and what depends on it run again."""
    place = next(i for i, s in enumerate(module.body) if mutant.function in bound(s))
    again = dependents(module, place)
    body = [mutant.statement if i == place else module.body[i] for i in again]
    original = load_judge(room.lesson.id, room.lesson.tasks[0].id).function
    namespace = dict(original.__globals__)
    code = compile(ast.Module(body, []), f"{room.lesson.id}/judge.py", "exec", flags=_ANNOTATIONS)
    exec(code, namespace)
    return namespace


def _differs(function: Callable[..., Any], recordings: tuple[Recording, ...]) -> Fate | None:
    for recording in recordings:
        played = Played(recording)
        try:
            found = outcome(function(Learner(played), recording.seed))
        except CaseChanged:
            return "case"
        if found != recording.outcome:
            return "score"
        if not played.exhausted:
            return "case"
    return None


class _TooLong(BaseException):
    """Stop a mutant that does not come to an end."""


def _too_long(number: int, frame: FrameType | None) -> NoReturn:
    raise _TooLong


def _spare_memory() -> None:
    # A changed bound may ask for any amount; a MemoryError is a kill like any other.
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + _SPARE_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _problems(room: Room, groups: list[Group], tasks: list[Task]) -> Iterator[str]:
    total, killed = sum(len(g.mutants) for g in groups), sum(g.killed for g in groups)
    if killed < BAR * total:
        yield f"{killed} of {total} mutants are killed; it must be {BAR:.0%} of them."
    listed = {survivor.id: survivor for survivor in read_survivors(room.folder / "corpus")}
    alive = {mutant.id: mutant for group in groups for mutant in group.survivors}
    for key, mutant in alive.items():
        if key not in listed or not listed[key].why.strip():
            item = {"id": key, "function": mutant.function, "change": mutant.change, "why": ""}
            yield f"judge.py:{mutant.line}: survived: - {json.dumps(item, ensure_ascii=False)}"
    tried = {mutant.id for group in groups for mutant in group.mutants}
    whole = len(tasks) == len(room.lesson.tasks)
    for key, survivor in listed.items():
        if key not in alive and (key in tried or whole):
            fate = "is killed now" if key in tried else "does not exist"
            yield f"survivors.yaml: {key} ({survivor.change}) {fate}; take it out."


def _cache_file(
    cache: Path | None, room: Room, names: tuple[str, ...], submissions: list[Submission]
) -> Path | None:
    if cache is None:
        return None
    package = Path(__file__).parent
    sources = [
        (package / f"{name}.py").read_text(encoding="utf-8")
        for name in ("mutants", "mutations", "recordings", "reach")
    ]
    seeds = content.course().course.version
    return cache / f"{digest(seeds, *names, *sources, *map(room.key, submissions))}.mutants.json"


def _read_fates(file: Path | None, mutants: list[Mutant]) -> list[Fate] | None:
    if file is None or not file.is_file():
        return None
    known = json.loads(file.read_text(encoding="utf-8"))
    # The key does not cover the text of unreached statements, so ask for every one.
    return [known[m.id] for m in mutants] if all(m.id in known for m in mutants) else None


def _write_fates(file: Path | None, mutants: list[Mutant], fates: list[Fate]) -> None:
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        known = {m.id: fate for m, fate in zip(mutants, fates, strict=True)}
        file.write_text(json.dumps(known), encoding="utf-8")
