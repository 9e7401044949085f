"""Run every entry of a lesson's corpus on many cases, and remember the outcome by content."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder import content
from autograder.authoring.forks import Emit
from autograder.authoring.room import Limits, Room, Submission, replay
from autograder.checks import Score
from autograder.judging import InProcess, Judge
from autograder.judging.seeds import official_seeds

__all__ = ["Cache", "Case", "Trial", "run_trials", "truth_seeds"]


@dataclass(frozen=True)
class Case:
    """Show one case: its position among the seeds, its score, and why it is below full."""

    index: int
    value: float
    why: str


@dataclass(frozen=True)
class Trial:
    """Hold the outcome of one submission on its cases.

    `values` are scores in 0..1 and `ms` milliseconds of processor time, by
    case; `cases` has the first case of each score; `fault` is a sentence
    where the run ended early, after `len(values)` cases. A mark is the mean
    of its cases, or their `minimum`.
    """

    values: tuple[float, ...]
    ms: tuple[float, ...]
    cases: tuple[Case, ...]
    fault: str = ""
    minimum: bool = False

    def first(self, count: int) -> Trial:
        """Return the outcome on the first `count` cases."""
        return Trial(
            self.values[:count],
            self.ms[:count],
            tuple(case for case in self.cases if case.index < count),
            self.fault,
            self.minimum,
        )


class Cache:
    """Keep trials on disk by key; a key's file holds the most cases ever run."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, key: str, count: int) -> Trial | None:
        """Return the outcome on `count` cases, if it is known."""
        if self._folder is None or not (path := self._folder / f"{key}.json").is_file():
            return None
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            cases = tuple(Case(**case) for case in raw["cases"])
            trial = Trial(
                tuple(raw["values"]), tuple(raw["ms"]), cases, raw["fault"], raw["minimum"]
            )
        except (ValueError, KeyError, TypeError):
            return None  # Damaged, so as good as absent.
        return trial.first(count) if len(trial.values) >= count else None

    def put(self, key: str, trial: Trial) -> None:
        """Store an outcome; one with a fault is not kept, since a time limit may be to blame."""
        if self._folder is None or trial.fault:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f".{key}.part"
        fresh.write_text(json.dumps(asdict(trial)), encoding="utf-8")
        fresh.replace(self._folder / f"{key}.json")


def truth_seeds(lesson_id: str, task_id: str, count: int) -> list[int]:
    """Return the table's seeds for a task; fewer are always the first of more."""
    return official_seeds(b"truth", content.course().course.version, lesson_id, task_id, "", count)


def run_trials(
    room: Room, wanted: Iterable[Submission], count: int, limits: Limits
) -> Iterator[tuple[Submission, Trial]]:
    """Run submissions on `count` cases each; yield each as it ends.

    Raises `ContentError` where the reference lesson does not run.
    """

    def run(submission: Submission, judge: Judge, transport: InProcess, emit: Emit) -> None:
        seen: set[float] = set()
        emit(getattr(judge.function, "aggregate", "mean") == "minimum")
        for seed in truth_seeds(room.lesson.id, submission.task.id, count):
            before = time.process_time()
            score = judge.score(transport, seed)
            ms = round((time.process_time() - before) * 1000, 3)
            value = round(score.value, 9)
            emit([value, ms, "" if value in seen else _why(score)])
            seen.add(value)

    for submission, emitted, ended in replay(room, wanted, run, limits):
        yield submission, _trial(emitted[1:], ended, bool(emitted[:1] == [True]))


def _why(score: Score) -> str:
    failed = [step for step in score.steps if not step.passed]
    if not failed:
        return "every step passed"
    one = failed[0]
    parts = [f"“{one.name}”: {one.reason}"]
    parts += [f"{word} {text}" for word, text in (("got", one.got), ("want", one.want)) if text]
    others = f"; also failed: {', '.join(s.name for s in failed[1:])}" if failed[1:] else ""
    return " ".join(("; ".join(parts) + others).split())


def _trial(emitted: list[Any], fault: str, minimum: bool) -> Trial:
    cases: dict[float, Case] = {}
    for index, (value, _, why) in enumerate(emitted):
        cases.setdefault(value, Case(index, value, why))
    values, ms = tuple(e[0] for e in emitted), tuple(e[1] for e in emitted)
    return Trial(values, ms, tuple(cases.values()), fault, minimum)
