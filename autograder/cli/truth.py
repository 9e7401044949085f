"""`rungs truth`: run every corpus against its judges and say whether each score is as declared."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from autograder import content
from autograder.authoring import misconceptions, truth_page
from autograder.authoring.mutants import BAR, MutantReport, try_mutants
from autograder.authoring.opened import closed_to_readers
from autograder.authoring.repeats import unrepeated
from autograder.authoring.room import Limits, Room
from autograder.authoring.trials import Cache
from autograder.authoring.truth import TaskTable, fill, plural, slow_ms
from autograder.errors import ContentError
from autograder.manifest import Lesson, Task

HELP = "judge every lesson's corpus on many seeds and compare with the declared scores"
FULL_SEEDS = 200
FULL_REPEATS = 20


@dataclass
class _Tally:
    """Collect what the summary line and the page need."""

    problems: int = 0
    tables: dict[str, list[TaskTable]] = field(default_factory=dict)
    mutants: dict[str, MutantReport] = field(default_factory=dict)
    rooms: list[Room] = field(default_factory=list)


@dataclass(frozen=True)
class _Plan:
    """Say how much to do for each lesson."""

    seeds: int
    repeats: int
    mutants: bool
    write: bool
    limits: Limits
    cache: Path | None


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what to run, how much of it, and what to write."""
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="id or number; default: all")
    parser.add_argument("--task", metavar="TASK", help="only this task")
    parser.add_argument("--seeds", type=int, default=FULL_SEEDS, help="cases of each task (200)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once")
    parser.add_argument(
        "--limit", type=float, default=120.0, help="wall seconds for one entry (120)"
    )
    parser.add_argument(
        "--repeats",
        type=int,
        help="judge a few cases this often, under different hash seeds "
        "(default: 20 for the whole course at 200 seeds, else 0)",
    )
    parser.add_argument(
        "--mutants",
        action="store_true",
        help="change the judges and want a difference (always, for the whole course at 200 seeds)",
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="write misconceptions.json and, for the whole course at 200 seeds, book/truth.md",
    )
    parser.add_argument("--fresh", action="store_true", help="do not read or fill the cache")


def run(args: argparse.Namespace) -> int:
    """Fill the tables, print one line a task and every problem, and end with one summary line."""
    began = time.monotonic()
    whole = not args.lessons and not args.task and args.seeds >= FULL_SEEDS
    plan = _Plan(
        seeds=max(1, args.seeds),
        repeats=(FULL_REPEATS if whole else 0) if args.repeats is None else args.repeats,
        mutants=args.mutants or whole,
        write=args.write and not args.task,
        limits=Limits(max(1, args.jobs), args.limit),
        cache=None if args.fresh else content.repository_root() / ".rungs" / "truth-cache",
    )
    tally = _Tally()
    for lesson, tasks in _chosen(args.lessons, args.task):
        try:
            _run_lesson(lesson, tasks, plan, tally)
        except ContentError as err:
            _tell(tally, f"{lesson.id}: {err}")
    if args.write and whole and not tally.problems:
        _write(Path("book/truth.md"), _page(tally))
    elif args.write and not whole:
        print("book/truth.md is written only by a run of the whole course at 200 seeds")
    print(f"took {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(_summary(tally, plan))
    return 1 if tally.problems else 0


def _run_lesson(lesson: Lesson, tasks: list[Task], plan: _Plan, tally: _Tally) -> None:
    room = Room.open(lesson)
    before = misconceptions.inputs_of(room)
    tally.rooms.append(room)
    tables = fill(room, tasks, plan.seeds, Cache(plan.cache), plan.limits, _progress(lesson.id))
    tally.tables[lesson.id] = tables
    for table in tables:
        _report(lesson.id, table, tally)
    for problem in closed_to_readers(room, tasks, plan.limits):
        _tell(tally, f"    {problem}")
    if plan.repeats:
        for problem in unrepeated(room, tasks, plan.repeats, plan.limits):
            _tell(tally, f"    {problem}")
    if plan.mutants:
        report = try_mutants(room, tasks, plan.limits, plan.cache, _progress(lesson.id, "mutants"))
        tally.mutants[lesson.id] = report
        print(f"{lesson.id}: {report.killed} of {plural(report.total, 'mutant')} killed")
        for problem in report.problems:
            _tell(tally, f"    {problem}")
    if plan.write and room.authored:
        made = misconceptions.render(room, plan.limits)
        _write(Path(misconceptions.file_of(lesson.id)), made.decode())
    elif len(tasks) == len(lesson.tasks) and plan.mutants and not misconceptions.fresh(room):
        _tell(tally, "    misconceptions.json is stale: run `rungs build`.")
    if misconceptions.inputs_of(Room.open(lesson)) != before:
        _tell(tally, "    the lesson changed while it was being judged: run this again.")
    for pair in misconceptions.twins(lesson.id) if plan.mutants else []:
        print(f"    note: {pair} answer the practice cases alike; the card names neither.")


def _page(tally: _Tally) -> str:
    block = content.course().course.seeds
    return truth_page.render(tally.rooms, tally.tables, tally.mutants, block, BAR)


def _summary(tally: _Tally, plan: _Plan) -> str:
    tables = [table for made in tally.tables.values() for table in made]
    counts = [plural(len(tables), "task"), plural(sum(t.entries for t in tables), "entry")]
    counts.append(plural(plan.seeds, "seed"))
    if plan.mutants:
        killed = sum(report.killed for report in tally.mutants.values())
        total = sum(report.total for report in tally.mutants.values())
        counts.append(f"{killed} of {plural(total, 'mutant')} killed")
    verdict = "clean" if not tally.problems else plural(tally.problems, "problem")
    return f"truth: {', '.join(counts)}: {verdict}"


def _tell(tally: _Tally, problem: str) -> None:
    tally.problems += 1
    print(problem)


def _write(path: Path, text: str) -> None:
    place = content.repository_root() / path
    if place.is_file() and place.read_text(encoding="utf-8") == text:
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    print(f"wrote {path}")


def _chosen(lessons: list[str], task: str | None) -> list[tuple[Lesson, list[Task]]]:
    course = content.course()
    if task and not lessons:
        lessons = [course.lesson_of(task).id]
    wanted = [course.lesson(name) for name in lessons] or list(course.ready)
    return [(x, [x.task(task)] if task else list(x.tasks)) for x in wanted]


def _report(lesson_id: str, table: TaskTable, tally: _Tally) -> None:
    middle, high = table.ms
    most = slow_ms(table.task)
    slow = f"  (above {most:g} ms: make the judge cheaper)" if middle > most else ""
    state = "clean" if table.clean else "NOT CLEAN"
    print(
        f"{lesson_id}/{table.task.id}: {state}, {plural(table.entries, 'entry')}, "
        f"{middle:.1f} ms a case (95 %: {high:.1f}){slow}"
    )
    for problem in table.all_problems():
        _tell(tally, f"    {problem}")


def _progress(lesson_id: str, noun: str = "submissions") -> Callable[[int, int], None]:
    if not sys.stderr.isatty():
        return lambda done, total: None

    def show(done: int, total: int) -> None:
        end = "\r\033[K" if done == total else ""
        print(f"\r{lesson_id}: {done} of {total} {noun}{end}", end="", file=sys.stderr)
        sys.stderr.flush()

    return show
