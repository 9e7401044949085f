"""`rungs regrade`: mark a lesson anew, show whose marks would move and why, then store."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.prompt import Confirm
from rich.table import Table

from autograder.cli.grade import (
    add_computing,
    add_course,
    chosen,
    console_for,
    followed,
    prepare,
    warmed,
    written,
)
from autograder.content import course

if TYPE_CHECKING:
    from autograder.grading.batch import Batch
    from autograder.grading.regrade import Move, Regrade

HELP = "mark a lesson anew after its judge changed; show whose marks would move before storing"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lesson and what to do about changes."""
    parser.add_argument("lesson", metavar="LESSON", help="id or number, such as 11")
    answer = parser.add_mutually_exclusive_group()
    answer.add_argument("--yes", action="store_true", help="store the new marks without asking")
    answer.add_argument("--dry-run", action="store_true", help="only show what would move")
    add_computing(parser)
    add_course(parser)


def run(args: argparse.Namespace) -> int:
    """Compute, show the difference, ask, commit; exit 1 where a submission was refused."""
    console = console_for(args)
    lesson = course().lesson(args.lesson).id
    with warmed(args, lesson) as pool, written(args.json) as file:
        classroom, batch = prepare(args, lesson, console, "rungs regrade")
        learners = chosen(args, classroom, lesson, console)
        regrade = _regrade(batch)
        running = regrade.compute(learners, pool)
        reports = list(followed(running, lesson, len(learners), console, file))
    refused = [report for report in reports if report.state == "refused"]
    for report in refused:
        console.print(escape(f"{report.learner} refused: {report.error}"), style="yellow")
    moves = regrade.moves()
    show(moves, console)
    if args.dry_run or not (args.yes or _agreed(moves, console)):
        console.print(
            "Nothing was stored. The new marks are kept aside: the same command with --yes "
            "stores them without computing them again."
        )
    else:
        console.print(
            f"Stored {regrade.commit()} submissions; every move is in .rungs/marks.jsonl."
        )
    return 1 if refused else 0


def _regrade(batch: Batch) -> Regrade:
    from autograder.grading.regrade import Regrade

    return Regrade(batch)


def show(moves: list[Move], console: Console) -> None:
    """Print one row a mark that would move: who, what, from, to, why."""
    if not moves:
        console.print("No automatic mark would move.")
        return
    table = Table("learner", "task", "now", "new", "why", "")
    for move in moves:
        change = move.change
        table.add_row(
            escape(move.learner),
            change.cell.removeprefix("check-"),
            _mark(change.before),
            _mark(change.after),
            escape(change.reason) or "everything passed",
            "a mark by hand stands" if move.by_hand else "",
        )
    console.print(table)
    learners = {move.learner for move in moves}
    console.print(f"{len(moves)} marks of {len(learners)} learners would move")


def _agreed(moves: list[Move], console: Console) -> bool:
    if not console.is_terminal:
        console.print("Say --yes to store the new marks.")
        return False
    return Confirm.ask(f"Store {len(moves)} changed marks?", console=console, default=False)


def _mark(mark: float | None) -> str:
    return "none" if mark is None else f"{mark:g}"
