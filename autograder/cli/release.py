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
    """Release the lesson, with everybody's cases, and say how learners get it."""
    lesson = course().lesson(args.lesson)
    room = agreed_classroom(course_folder(args), lesson.id)
    room.release(lesson.id)
    print(
        f"{lesson.id} is on the exchange. Learners get it with: "
        f"nbgrader fetch_assignment {lesson.id}"
    )
    if lesson.cases:
        learners = len(room.learners())
        print(
            f"Beside it lies the case of each of {learners} learners who are enrolled. Accounts "
            "whose nbgrader reads ExchangeFactory.fetch_assignment = "
            '"autograder.plugins.FetchOwnCases" fetch theirs with it. For whoever comes later, '
            f"and by hand: rungs cases {lesson.id[:2]}"
        )
    return 0
