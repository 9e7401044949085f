"""`rungs feedback`: write feedback pages."""

from __future__ import annotations

import argparse

from autograder.cli.grade import add_course, course_folder
from autograder.content import course
from autograder.grading.classroom import Classroom

HELP = "write and release the feedback pages of a graded lesson"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lesson."""
    parser.add_argument("lesson", metavar="LESSON", help="id or number, such as 11")
    add_course(parser)


def run(args: argparse.Namespace) -> int:
    """Write the pages and say where they are."""
    lesson = course().lesson(args.lesson).id
    folder = Classroom(course_folder(args)).feedback(lesson)
    print(f"Feedback on {lesson} is under {folder}/<learner>/{lesson}/.")
    return 0
