"""`rungs check --fresh LESSON`: replay your notebook from the top and judge every task."""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path

from autograder import content
from autograder.judging.fresh import FreshCheck, check_fresh
from autograder.judging.workbook import find_notebook

HELP = "replay your notebook from the top in a fresh kernel and judge every task"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lesson, the notebook's path and the limit of a cell."""
    parser.add_argument("lesson", help="a lesson's id, or its number")
    parser.add_argument("notebook", nargs="?", type=Path, help="your notebook, if not in work/")
    parser.add_argument(
        "--fresh", action="store_true", help="use a fresh kernel; from the shell it always is"
    )
    parser.add_argument("--timeout", type=int, default=120, help="seconds a cell may take")


def run(args: argparse.Namespace) -> int:
    """Print a table of tasks; exit with 1 where one is below full marks."""
    lesson = content.course().lesson(args.lesson)
    path = find_notebook(lesson.id, args.notebook)
    print(f"Replaying {path} from the top.", flush=True)
    outcome = check_fresh(lesson, path, args.timeout)
    print(_table(outcome))
    return 0 if outcome.full else 1


def _table(outcome: FreshCheck) -> str:
    width = max((len(r.task) for r in outcome.results), default=4)
    lines = []
    for r in outcome.results:
        sign = "✓" if r.mark == r.points else "✗"
        mark = "not judged" if r.mark is None else f"{r.mark:.4g} of {r.points:.4g}"
        lines.append(f"{sign} {r.task:<{width}}  {mark}")
        if r.reason:
            lines += textwrap.wrap(r.reason, 88, initial_indent="    ", subsequent_indent="    ")
    marks = sum(r.mark or 0 for r in outcome.results)
    points = sum(r.points for r in outcome.results)
    lines += [f"! {error}" for error in outcome.errors]
    return "\n".join([*lines, f"{marks:.4g} of {points:.4g} points on practice cases."])
