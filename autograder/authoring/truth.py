"""The truth table: does every submission of every corpus get the score it must get?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from autograder import content
from autograder.authoring.room import Limits, Room, Submission
from autograder.authoring.trials import Cache, Case, Trial, run_trials, truth_seeds
from autograder.manifest import Task

__all__ = ["Row", "TaskTable", "fill", "marks", "plural", "slow_ms"]

_SLOW_MS = 20.0
_FEWEST = {"right": 2, "wrong": 5}
_EQUAL = 1e-6  # scores are shares of small weights, kept to nine decimals


def slow_ms(task: Task) -> float:
    """Return what a case may cost: a mark rests on several cases, or on the one of a case task."""
    return _SLOW_MS * (content.course().course.seeds if task.case else 1)


@dataclass(frozen=True)
class Row:
    """Hold one submission's outcome and what is wrong with it, one sentence each."""

    submission: Submission
    trial: Trial
    problems: tuple[str, ...]

    @property
    def declared(self) -> str:
        """Print the mark this row must get, as exactly as the one that it got."""
        entry = self.submission.entry
        if entry is None:
            return "0" if self.submission.seat == "stub" else "1"
        return _span((entry.low, entry.high))

    @property
    def measured(self) -> str:
        """Print the mark it got: one number, or the lowest and highest of the blocks of cases."""
        got = marks(self.trial)
        return _span(got) if got else "none"

    @property
    def single(self) -> str:
        """Print the lowest, highest and mean score of single cases, where they differ."""
        values = self.trial.values
        if not values or max(values) - min(values) < _EQUAL:
            return ""
        return f"{_span(values)}, mean {sum(values) / len(values):.4g}"


def marks(trial: Trial) -> list[float]:
    """Return the mark of each block of as many cases as count for one; what is over is left out."""
    size = max(1, min(content.course().course.seeds, len(trial.values)))
    values = trial.values[: len(trial.values) - len(trial.values) % size]
    blocks = [values[start : start + size] for start in range(0, len(values), size)]
    return [min(block) if trial.minimum else sum(block) / size for block in blocks]


def _span(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    return f"{high:.4g}" if high - low < _EQUAL else f"{low:.4g} to {high:.4g}"


@dataclass(frozen=True)
class TaskTable:
    """Hold a task's rows, in order, and the problems of the task as a whole."""

    task: Task
    seeds: int
    rows: tuple[Row, ...]
    problems: tuple[str, ...]

    @property
    def entries(self) -> int:
        """Count the rows that come from the corpus."""
        return sum(row.submission.entry is not None for row in self.rows)

    @property
    def clean(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.problems and not any(row.problems for row in self.rows)

    def all_problems(self) -> Iterator[str]:
        """Yield every problem, with the row it belongs to."""
        yield from self.problems
        for row in self.rows:
            yield from (f"{row.submission.name}: {problem}" for problem in row.problems)

    @property
    def ms(self) -> tuple[float, float]:
        """Return the median and the 95th percentile of the reference's milliseconds a case."""
        times = sorted(t for r in self.rows if r.submission.seat == "reference" for t in r.trial.ms)
        return (median(times), times[int(0.95 * (len(times) - 1))]) if times else (0.0, 0.0)


def fill(
    room: Room,
    tasks: Iterable[Task],
    count: int,
    cache: Cache,
    limits: Limits,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[TaskTable]:
    """Fill the tables of these tasks of one lesson, from the cache where nothing changed.

    `progress(done, total)` is told of each row. Raises `ContentError` where
    the lesson does not run.
    """
    chosen = list(tasks)
    rows = [submission for task in chosen for submission in room.submissions(task)]
    keys = {submission: room.key(submission) for submission in rows}
    known = {s: trial for s in rows if (trial := cache.get(keys[s], count)) is not None}
    progress(len(known), len(rows))
    for submission, trial in run_trials(room, [s for s in rows if s not in known], count, limits):
        # A judge that was edited meanwhile must not leave its outcome under the older text's key.
        if room.key(submission) == keys[submission]:
            cache.put(keys[submission], trial)
        known[submission] = trial
        progress(len(known), len(rows))
    return [_table(room, task, known, count) for task in chosen]


def plural(number: int, noun: str) -> str:
    """Count a noun in words a person would use."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else many}"


def _table(room: Room, task: Task, known: dict[Submission, Trial], n: int) -> TaskTable:
    submissions = room.submissions(task)
    seeds = truth_seeds(room.lesson.id, task.id, n)
    rows = tuple(Row(s, known[s], tuple(_problems(s, known[s], seeds))) for s in submissions)
    counts = {kind: sum(s.seat == kind for s in submissions) for kind in _FEWEST}
    short = [
        f"the corpus has {plural(counts[kind], f'{kind} entry')}; write at least {fewest}."
        for kind, fewest in _FEWEST.items()
        if counts[kind] < fewest
    ]
    if room.authored is None:
        short.insert(0, "lesson.py is missing: no stub and no reference ran.")
    return TaskTable(task, n, rows, tuple(short))


def _problems(submission: Submission, trial: Trial, seeds: list[int]) -> Iterator[str]:
    """Say what is wrong with one row; the first case that shows it is named by its seed."""
    if trial.fault:
        at = f" on seed {seeds[len(trial.values)]}" if len(trial.values) < len(seeds) else ""
        yield f"it ended early{at}: {trial.fault}"
    if submission.seat == "stub":
        yield from _must(trial, seeds, 0.0, "the untouched stub must get 0 on every seed")
    elif submission.entry is None or submission.seat == "right":
        yield from _must(trial, seeds, 1.0, "it must be full on every seed")
    elif submission.entry.exact:
        low = submission.entry.low
        yield from _must(trial, seeds, low, f"it declares {submission.entry.declared}")
    else:
        yield from _within(trial, seeds, submission.entry.low, submission.entry.high)


def _must(trial: Trial, seeds: list[int], want: float, rule: str) -> Iterator[str]:
    off = sum(abs(value - want) > _EQUAL for value in trial.values)
    if off:
        first = next(case for case in trial.cases if abs(case.value - want) > _EQUAL)
        of = f"{off} of {len(trial.values)}"
        yield f"{rule}, and gets another score on {of}; {_show(first, seeds)}"


def _within(trial: Trial, seeds: list[int], low: float, high: float) -> Iterator[str]:
    full = next((case for case in trial.cases if case.value > 1 - _EQUAL), None)
    if full:
        yield f"it must be below full on every seed; {_show(full, seeds)}"
    size = content.course().course.seeds
    for number, mark in enumerate(marks(trial)):
        if not low - _EQUAL <= mark <= high + _EQUAL:
            yield (
                f"it declares {low:g} to {high:g}, and the mark of "
                f"{min(size, len(trial.values))} seeds from {seeds[number * size]} on is "
                f"{mark:.4g}; the mean over all {len(trial.values)} is "
                f"{sum(trial.values) / len(trial.values):.4g}."
            )
            return


def _show(case: Case, seeds: list[int]) -> str:
    return f"first on seed {seeds[case.index]} with {case.value:.4g}: {case.why}"
