"""`rungs release`: hand a lesson out."""

from __future__ import annotations

import argparse

from autograder.cli.grade import add_course, agreed_classroom, course_folder
from autograder.content import course

HELP = "put a lesson on the exchange for learners to fetch"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lesson."""
    parser.add_argument("lesson", metavar="LESSON", help="id or number, such as 11")
    add_course(parser)


def run(args: argparse.Namespace) -> int:
    """Release the lesson and say how learners get it."""
    lesson = course().lesson(args.lesson).id
    agreed_classroom(course_folder(args), lesson).release(lesson)
    print(f"{lesson} is on the exchange. Learners get it with: nbgrader fetch_assignment {lesson}")
    return 0
