"""`rungs coverage`: every competency, and the tasks that it rests on."""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.career import competencies, planned_lessons
from autograder.career.coverage import STANDINGS, Coverage, matrix
from autograder.career.plan import Plan
from autograder.content import repository_root
from autograder.manifest import read_course

HELP = "print which task is behind each competency, and which lesson will be where none is"
COLUMNS = ("id", "rung", "standing", "lesson", "tasks", "competency", "reason")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the filters and the form."""
    rungs = sorted({row.rung for row in competencies()})
    parser.add_argument("--rung", choices=rungs, help="only this rung")
    parser.add_argument("--standing", choices=list(STANDINGS), help="only these")
    parser.add_argument("--csv", action="store_true", help="write CSV to the standard output")
    parser.add_argument("--root", type=Path, default=None, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Print the matrix and how many rows stand on what."""
    root: Path = args.root or repository_root()
    plan = Plan(read_course(root / "notebooks" / "course.yaml"), planned_lessons())
    found = [
        line
        for line in matrix(plan, competencies())
        if args.rung in (None, line.row.rung) and args.standing in (None, line.standing)
    ]
    rows = [_cells(line) for line in found]
    if args.csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([COLUMNS, *rows])
        return 0
    table = Table(*COLUMNS[:-1])
    for *row, _ in rows:
        table.add_row(*map(escape, row))
    console = Console()
    console.print(table)
    counted = Counter(line.standing for line in found)
    told = [f"{counted[standing]} {words}" for standing, words in STANDINGS.items()]
    console.print(f"{len(found)} competencies: {', '.join(told)}.")
    return 0


def _cells(line: Coverage) -> tuple[str, ...]:
    lessons = list(line.tasks) or [line.row.planned_lesson]
    return (
        line.row.id,
        line.row.rung,
        STANDINGS[line.standing],
        " ".join(lessons),
        " ".join(task for tasks in line.tasks.values() for task in tasks),
        line.row.competency,
        line.row.reason,
    )
