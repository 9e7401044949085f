"""`rungs export`: write marks for a spreadsheet, Canvas, Moodle or Gradescope."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.cli.grade import add_course, course_folder
from autograder.grading.classroom import FORMS, Classroom

HELP = "write marks as CSV for a spreadsheet, Canvas or Moodle, or as Gradescope's results.json"

_PLACES = {"nbgrader": "marks.csv", "canvas": "canvas.csv", "moodle": "moodle.csv"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add which lessons, the form, and where to write."""
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="default: every lesson")
    parser.add_argument("--format", choices=FORMS, default="nbgrader", help="default: nbgrader")
    parser.add_argument(
        "--to", type=Path, help="the file, or for gradescope the folder; default: marks.csv or so"
    )
    add_course(parser)


def run(args: argparse.Namespace) -> int:
    """Export and say where it is."""
    place = args.to or Path(_PLACES.get(args.format, args.format))
    Classroom(course_folder(args)).export(place, args.format, args.lessons)
    print(f"Marks are in {place}.")
    return 0
