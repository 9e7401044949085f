"""`rungs build`: write the generated files, or say which of the committed ones differ."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from autograder.authoring.generated import differences, render, write
from autograder.content import repository_root
from autograder.manifest import read_course

HELP = "write source and release notebooks and the book's generated pages"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lessons to build and the two other modes."""
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="id or number; default: all")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    mode.add_argument(
        "--gradebook", action="store_true", help="make nbgrader's gradebook agree with the release"
    )
    parser.add_argument("--root", type=Path, default=None, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Render everything that was asked for, then write it or compare it."""
    root: Path = args.root or repository_root()
    if args.gradebook:
        return _agree(root, args.lessons)
    made = render(root, args.lessons)
    found = differences(root, made)
    if args.lessons:
        found = [difference for difference in found if difference.path in made]
    if args.check:
        for difference in found:
            print(f"{difference.path}: {difference.kind}. Run `rungs build` and commit the result.")
        print(f"{len(made)} generated files, {len(found)} differ")
        return 1 if found else 0
    write(root, made, found)
    for difference in found:
        print(f"{'removed' if difference.kind == 'stale' else 'wrote'} {difference.path}")
    print(f"{len(made)} generated files, {len(found)} written or removed")
    return 0


def _agree(root: Path, chosen: list[str]) -> int:
    # nbgrader takes over a second to import, which no other mode needs to wait for twice.
    from autograder.authoring.gradebook import agree
    from autograder.grading.classroom import Classroom

    course = read_course(root / "notebooks" / "course.yaml")
    lessons = [course.lesson(name).id for name in chosen] or [x.id for x in course.ready]
    done = agree(root, lessons)
    for sentence in done.refused:
        print(sentence, file=sys.stderr)
    for lesson in done.entered:
        print(f"entered {lesson} into the gradebook")
    if (root / "nbgrader_config.py").is_file():
        Classroom(root).open_exchange()
    counts = f"{len(done.entered)} entered, {len(done.unchanged)} unchanged"
    print(f"gradebook: {counts}, {len(done.refused)} refused")
    return 1 if done.refused else 0
