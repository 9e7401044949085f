"""`rungs roster`: enrol a class from a CSV file."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.cli.grade import add_course, course_folder
from autograder.grading.classroom import Classroom

HELP = "enrol learners from a CSV file with the columns id,first_name,last_name,email"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the file."""
    parser.add_argument("file", type=Path, help="the roster")
    add_course(parser)


def run(args: argparse.Namespace) -> int:
    """Enrol and say how many."""
    count = Classroom(course_folder(args)).enrol(args.file)
    print(f"{count} learners are enrolled.")
    return 0
