"""`rungs new-lesson`: start a lesson that lints, as a draft."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.authoring.scaffold import scaffold
from autograder.content import repository_root

HELP = "start a lesson: lesson.py, judge.py, a corpus and an entry in course.yaml"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lesson's slug."""
    parser.add_argument("slug", help="words joined by _, such as find_the_passage")
    parser.add_argument("--root", type=Path, default=None, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Write the files and say what comes next."""
    root: Path = args.root or repository_root()
    made = scaffold(root, args.slug)
    for path in made.files:
        print(f"wrote {path.relative_to(root)}")
    print(f"{made.id} is a draft. Edit it, then `rungs lint {made.id}` and `rungs build`.")
    return 0
