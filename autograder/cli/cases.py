"""`rungs cases`: hand out each learner's own case, or make a secret for cases of your own."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.cli.grade import add_course, agreed_classroom, course_folder
from autograder.content import course
from autograder.errors import ContentError
from autograder.judging.attempts import home
from autograder.judging.own_case import KEY, make_key

HELP = "hand out the case of every learner who has none yet; --own: make one for yourself"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lesson, where the files go, and the learner's side."""
    parser.add_argument("lesson", metavar="LESSON", nargs="?", help="id or number, such as 26")
    parser.add_argument(
        "--to",
        type=Path,
        metavar="FOLDER",
        help="write FOLDER/<learner>/cases/ to pass on by hand; default: the exchange",
    )
    parser.add_argument(
        "--own", action="store_true", help="you study alone: cases come from a secret of your own"
    )
    add_course(parser)


def run(args: argparse.Namespace) -> int:
    """Hand out, and say how many packs are new."""
    if args.own:
        made = make_key(home())
        there = "Your secret for cases is made" if made else "You have a secret for cases already"
        print(f"{there}: {home() / KEY}. Run the cell with load again.")
        return 0
    if args.lesson is None:
        raise ContentError("Name the lesson whose cases to hand out, or say --own.")
    lesson = course().lesson(args.lesson)
    if not lesson.cases:
        raise ContentError(
            f"{lesson.id} has no task about a case, so there is nothing to hand out."
        )
    packs = agreed_classroom(course_folder(args), lesson.id).hand_out(lesson.id, args.to)
    new = sum(pack.new for pack in packs)
    learners = len({pack.learner for pack in packs})
    size = sum(pack.path.stat().st_size for pack in packs) / len(packs) / 1000
    print(
        f"{lesson.id}: {new} new of {len(packs)} packs for {learners} learners, {size:.0f} KB each "
        f"on average, in {args.to or 'the exchange'}."
    )
    return 0
