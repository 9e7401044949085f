"""`rungs reset LESSON [TASK]`: put back the released notebook, or one answer cell."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder import content
from autograder.judging.workbook import find_notebook, reset_lesson, reset_task

HELP = "put back a released notebook or one answer cell; the old file is kept"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lesson, the task and the notebook's path."""
    parser.add_argument("lesson", help="a lesson's id, or its number")
    parser.add_argument("task", nargs="?", help="reset only this task's answer cell")
    parser.add_argument("--notebook", type=Path, help="your notebook, if not in work/")


def run(args: argparse.Namespace) -> int:
    """Reset, and say where the old file is."""
    lesson = content.course().lesson(args.lesson)
    path = find_notebook(lesson.id, args.notebook)
    if args.task is None:
        kept, what = reset_lesson(lesson, path), path.name
    else:
        kept, what = reset_task(lesson, args.task, path), f"The answer cell of {args.task}"
    print(f"{what} is as released. Your old file is {kept}.")
    print("If the notebook is open, choose File, then Reload Notebook from Disk.")
    return 0
