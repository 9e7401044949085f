"""`rungs evidence`: a bundle of your finished lessons that somebody else can check."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder import content
from autograder.judging.attempts import home
from autograder.judging.workbook import find_notebook
from autograder.portfolio.bundle import make_bundle
from autograder.portfolio.signing import PortfolioError, Signer
from autograder.progress.standing import standing

HELP = "grade your finished lessons on fresh cases and write a signed portfolio (Linux)"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lessons, the name to put on it, and where it goes."""
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="all finished by default")
    parser.add_argument("--name", default="A learner", help="the name on the page, if you like")
    parser.add_argument("--to", type=Path, default=Path("portfolio"), help="folder (portfolio)")


def run(args: argparse.Namespace) -> int:
    """Write the bundle and say what it claims and whose key signed it."""
    course = content.course()
    wanted = [course.lesson(name).id for name in args.lessons]
    if not wanted:
        wanted = [one.lesson.id for one in standing().lessons if one.finished]
    if not wanted:
        raise PortfolioError(
            "Your record has no finished lesson. Finish one, or name a lesson to show it as it is."
        )
    notebooks = {lesson: find_notebook(lesson) for lesson in wanted}
    signer = Signer(home() / "signing.key")
    bundle = make_bundle(notebooks, args.to, signer, args.name, say=_say)
    for lesson in bundle.claims.lessons:
        for task in lesson.tasks:
            sign = "✓" if task.full else "✗"
            print(f"{sign} {lesson.lesson} {task.task}: {task.mark}/{task.points}")
    print(f"Signed by {signer.did}; the key is in {home() / 'signing.key'}: keep it to yourself.")
    print(f"Open {args.to / 'index.html'}, and look at it as an interviewer would.")
    return 0


def _say(sentence: str) -> None:
    print(sentence, flush=True)
