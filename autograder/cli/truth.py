"""`rungs truth`: run every corpus against its judges and say whether each score is as declared."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from autograder import content
from autograder.authoring.room import Limits, Room
from autograder.authoring.trials import Cache
from autograder.authoring.truth import SLOW_MS, TaskTable, fill, plural
from autograder.errors import ContentError
from autograder.manifest import Lesson, Task

HELP = "judge every lesson's corpus on many seeds and compare with the declared scores"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what to run, how much of it, and what to write."""
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="id or number; default: all")
    parser.add_argument("--task", metavar="TASK", help="only this task")
    parser.add_argument("--seeds", type=int, default=200, help="cases of each task (200)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once")
    parser.add_argument(
        "--limit", type=float, default=120.0, help="wall seconds for one entry (120)"
    )
    parser.add_argument("--fresh", action="store_true", help="do not read or fill the cache")


def run(args: argparse.Namespace) -> int:
    """Fill the tables, print one line a task and every problem, and end with one summary line."""
    began = time.monotonic()
    cache = Cache(None if args.fresh else _cache_folder())
    limits = Limits(max(1, args.jobs), args.limit)
    tables: list[TaskTable] = []
    problems = 0
    for lesson, tasks in _chosen(args.lessons, args.task):
        try:
            room = Room.open(lesson)
            made = fill(room, tasks, max(1, args.seeds), cache, limits, _progress(lesson.id))
        except ContentError as err:
            print(f"{lesson.id}: {err}")
            problems += 1
            continue
        for table in made:
            problems += _report(lesson.id, table)
        tables += made
    entries = sum(table.entries for table in tables)
    verdict = "clean" if not problems else plural(problems, "problem")
    print(f"took {time.monotonic() - began:.0f} s", file=sys.stderr)
    counts = f"{plural(len(tables), 'task')}, {plural(entries, 'entry')}"
    print(f"truth: {counts}, {plural(args.seeds, 'seed')}: {verdict}")
    return 1 if problems else 0


def _chosen(lessons: list[str], task: str | None) -> list[tuple[Lesson, list[Task]]]:
    course = content.course()
    if task and not lessons:
        lessons = [course.lesson_of(task).id]
    wanted = [course.lesson(name) for name in lessons] or list(course.lessons)
    return [(x, [x.task(task)] if task else list(x.tasks)) for x in wanted]


def _report(lesson_id: str, table: TaskTable) -> int:
    middle, high = table.ms
    slow = f"  (above {SLOW_MS:g} ms: make the judge cheaper)" if middle > SLOW_MS else ""
    state = "clean" if table.clean else "NOT CLEAN"
    print(
        f"{lesson_id}/{table.task.id}: {state}, {plural(table.entries, 'entry')}, "
        f"{middle:.1f} ms a case (95 %: {high:.1f}){slow}"
    )
    found = list(table.all_problems())
    for problem in found:
        print(f"    {problem}")
    return len(found)


def _progress(lesson_id: str) -> Callable[[int, int], None]:
    if not sys.stderr.isatty():
        return lambda done, total: None

    def show(done: int, total: int) -> None:
        end = "\r\033[K" if done == total else ""
        print(f"\r{lesson_id}: {done} of {total} submissions{end}", end="", file=sys.stderr)
        sys.stderr.flush()

    return show


def _cache_folder() -> Path:
    return content.repository_root() / ".rungs" / "truth-cache"
