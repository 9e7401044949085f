"""`rungs grade`: collect and grade submissions and show the marks."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from autograder.content import course, repository_root
from autograder.errors import SubmissionError
from autograder.grading import settings
from autograder.grading.cluster import Cluster
from autograder.grading.pool import Pool, local_pool
from autograder.grading.preload import lesson_plan
from autograder.kernel import require_sandbox
from autograder.kernel.pool import shared

if TYPE_CHECKING:
    # The gradebook takes long to import; `warmed` has work begun before.
    from autograder.grading.batch import Batch, Report
    from autograder.grading.classroom import Classroom, Mark

HELP = "collect and grade submissions in the sandbox; show marks and reasons"

UNSAFE = (
    "UNSAFE: there is no sandbox. Learners' code runs with your rights: it can read and change "
    "your files, the gradebook and the course's key, and these marks can be forged."
)
_LINES_EVERY = 10.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lessons, whom to grade, where to compute, and how to report."""
    parser.add_argument("lessons", metavar="LESSON", nargs="+", help="id or number, such as 11")
    parser.add_argument("--student", help="grade only this learner")
    parser.add_argument(
        "--force", action="store_true", help="grade again what has not changed since it was graded"
    )
    parser.add_argument(
        "--no-collect", action="store_true", help="leave the exchange alone; grade what is there"
    )
    add_computing(parser)
    add_course(parser)


def add_computing(parser: argparse.ArgumentParser) -> None:
    """Add the options of every command that grades."""
    parser.add_argument("--jobs", type=int, default=0, help="submissions at once; default: cores")
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="compute on a Dask cluster, such as tcp://host:8786"
    )
    parser.add_argument(
        "--json", metavar="FILE", help="also write one JSON object a submission; - is the terminal"
    )
    parser.add_argument(
        "--unsafe", action="store_true", help="grade without a sandbox, where none can be had"
    )


def add_course(parser: argparse.ArgumentParser) -> None:
    """Add the option that names another folder than the repository."""
    parser.add_argument(
        "--course",
        type=Path,
        metavar="FOLDER",
        help="the folder with nbgrader_config.py; default: this repository",
    )


def run(args: argparse.Namespace) -> int:
    """Grade each lesson, show a bar while it lasts, and exit 1 where one was refused."""
    console = console_for(args)
    status = 0
    for name in args.lessons:
        lesson = course().lesson(name).id
        with warmed(args, lesson) as pool, written(args.json) as file:
            classroom, batch = prepare(args, lesson, console, "rungs grade")
            learners = chosen(args, classroom, lesson, console)
            running = batch.run(learners, pool)
            reports = list(followed(running, lesson, len(learners), console, file))
        marks = classroom.marks(lesson)
        show(marks, reports, console)
        console.print(summary(reports, marks))
        status |= any(report.state == "refused" for report in reports)
    return status


@contextmanager
def warmed(args: argparse.Namespace, lesson: str) -> Iterator[Pool]:
    """Yield where to compute: a cluster, or this machine, whose processes load meanwhile.

    These are a process to fork kernels from, which does the lesson's imports,
    and the workers; both end behind the block.
    """
    if args.scheduler:
        yield Cluster(args.scheduler)
        return
    limits = settings.limits(settings.read_config(course_folder(args)), args.unsafe)
    shared().prepare(lesson_plan(lesson, limits))
    pool = local_pool(limits, 1 if getattr(args, "student", None) else args.jobs)
    try:
        pool.hire()
        yield pool
    finally:
        pool.close()
        shared().close()


def prepare(
    args: argparse.Namespace, lesson: str, console: Console, why: str
) -> tuple[Classroom, Batch]:
    """Open the class and a grading run on it; raise where learners' code cannot be contained."""
    if args.unsafe:
        console.print(UNSAFE, style="bold red")
    elif not args.scheduler:
        require_sandbox()
    classroom = agreed_classroom(course_folder(args), lesson)
    force = bool(getattr(args, "force", True))
    return classroom, classroom.batch(lesson, force=force, unsafe=args.unsafe, why=why)


def course_folder(args: argparse.Namespace) -> Path:
    """Return the course's folder; raise `ContentError` where there is none."""
    chosen: Path | None = args.course
    return chosen or repository_root()


def agreed_classroom(root: Path, lesson: str) -> Classroom:
    """Open the class after making the gradebook agree with the release."""
    from autograder.authoring.gradebook import agree
    from autograder.grading.classroom import Classroom

    refused = agree(root, [lesson]).refused
    if refused:
        raise SubmissionError(" ".join(refused))
    return Classroom(root)


def chosen(
    args: argparse.Namespace, classroom: Classroom, lesson: str, console: Console
) -> list[str]:
    """Collect what the exchange has and list whom to grade."""
    if not getattr(args, "no_collect", True):
        problem = classroom.collect_if_open(lesson)
        if problem:
            console.print(escape(f"not collected: {problem}"), style="yellow")
    learners = classroom.submitted(lesson)
    if getattr(args, "student", None):
        if args.student not in learners:
            raise SubmissionError(f"{args.student} has not submitted {lesson}.")
        learners = [args.student]
    if not learners:
        raise SubmissionError(
            f"There is no submission of {lesson} under {classroom.root / 'submitted'}. "
            f"Collect them with `rungs collect {lesson}`."
        )
    return learners


def console_for(args: argparse.Namespace) -> Console:
    """Write for people to the terminal, beside JSON that goes there."""
    return Console(stderr=args.json == "-")


@contextmanager
def written(target: str | None) -> Iterator[IO[str] | None]:
    """Open where JSON Lines go; lines are added to a file that is there."""
    if target is None or target == "-":
        yield sys.stdout if target else None
    else:
        with open(target, "a", encoding="utf-8") as file:
            yield file


def followed(
    running: Iterable[Report], lesson: str, total: int, console: Console, file: IO[str] | None
) -> Iterator[Report]:
    """Pass reports on; show progress with the time left, and write each as a line of JSON."""
    progress = _bar if console.is_terminal else _lines
    for report in progress(running, lesson, total, console):
        if file is not None:
            print(json.dumps(asdict(report), ensure_ascii=False), file=file, flush=True)
        yield report


def _bar(running: Iterable[Report], lesson: str, total: int, console: Console) -> Iterator[Report]:
    columns = (SpinnerColumn(), *Progress.get_default_columns()[:3], TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[who]}"), console=console) as bar:
        job = bar.add_task(lesson, total=total, who="")
        for report in running:
            bar.update(job, advance=1, who=escape(report.learner))
            yield report


def _lines(
    running: Iterable[Report], lesson: str, total: int, console: Console
) -> Iterator[Report]:
    """Print a line now and then: how far it is and how long it will take."""
    started = last = time.monotonic()
    for count, report in enumerate(running, 1):
        now = time.monotonic()
        if now - last >= _LINES_EVERY:
            left = (now - started) / count * (total - count)
            console.print(f"{lesson}: {count} of {total}, about {_duration(left)} left")
            last = now
        yield report


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def show(marks: list[Mark], reports: Iterable[Report], console: Console) -> None:
    """Print one row a learner: marks, what happened, why; a note on all of them comes once."""
    found, reports = {mark.learner: mark for mark in marks}, list(reports)
    heard = [report for report in reports if report.state != "refused"]
    common = _common(heard)
    table = Table("learner", "automatic", "by hand", "of", "to mark", "what happened")
    for report in sorted(reports, key=lambda one: one.learner):
        mark = found.get(report.learner)
        if report.state == "refused" or mark is None:
            said = f"refused: {report.error}"
            table.add_row(escape(report.learner), "–", "–", "–", "–", escape(said))
            continue
        table.add_row(
            escape(report.learner),
            f"{mark.automatic:g}",
            f"{mark.manual:g}",
            f"{mark.points:g}",
            str(mark.waiting),
            # A learner's words are text, never markup of ours.
            escape("\n".join(_said(report, common))),
        )
    console.print(table)
    for note in common:
        console.print(escape(f"For all {len(heard)}: {note}"), highlight=False)


def _common(reports: Sequence[Report]) -> list[str]:
    """List the notes that every report of several carries."""
    notes = dict.fromkeys(note for report in reports[:1] for note in report.notes)
    return [n for n in notes if len(reports) > 1 and all(n in report.notes for report in reports)]


def _said(report: Report, common: Container[str]) -> Iterator[str]:
    yield f"UNSAFE, {report.state}" if report.unsafe else report.state
    yield from (f"{task}: {reason}" for task, reason in report.reasons.items())
    yield from (note for note in report.notes if note not in common)


def summary(reports: list[Report], marks: list[Mark]) -> str:
    """Count what happened in one line."""
    count = Counter[str](report.state for report in reports)
    waiting = sum(mark.waiting for mark in marks)
    states = ("graded", "partly graded", "unchanged", "refused")
    counts = ", ".join(f"{state} {count[state]}" for state in states)
    return f"{counts}; {waiting} written answers wait for a person"
