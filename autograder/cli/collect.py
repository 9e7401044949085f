"""`rungs collect`: bring submissions in from the exchange."""

from __future__ import annotations

import argparse

from autograder.cli.grade import add_course, course_folder
from autograder.content import course
from autograder.grading.classroom import Classroom

HELP = "collect the latest submissions of a lesson from the exchange"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lesson."""
    parser.add_argument("lesson", metavar="LESSON", help="id or number, such as 11")
    add_course(parser)


def run(args: argparse.Namespace) -> int:
    """Collect and list who has submitted."""
    lesson = course().lesson(args.lesson).id
    learners = Classroom(course_folder(args)).collect(lesson)
    print(f"{len(learners)} submissions of {lesson}: {', '.join(learners) or 'none yet'}")
    return 0
