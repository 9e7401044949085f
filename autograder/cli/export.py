"""`rungs export`: write all marks as CSV."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.cli.grade import add_course, course_folder
from autograder.grading.classroom import Classroom

HELP = "write all marks as a CSV file"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add where to write."""
    parser.add_argument("--to", type=Path, default=Path("marks.csv"), help="default: marks.csv")
    add_course(parser)


def run(args: argparse.Namespace) -> int:
    """Export and say where the file is."""
    Classroom(course_folder(args)).export(args.to)
    print(f"Marks are in {args.to}.")
    return 0
