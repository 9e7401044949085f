"""`rungs lint`: read the curriculum and say what is wrong, where, and what to do."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.authoring.lint import lint, rules
from autograder.content import repository_root

HELP = "check manifest, lessons, judges and corpora against the rules of the house"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lessons to lint, and the list of rules."""
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="id or number; default: all")
    parser.add_argument("--rules", action="store_true", help="list the rules and stop")
    parser.add_argument("--root", type=Path, default=None, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Print findings, measures and a summary; fail where there is a finding."""
    if args.rules:
        print("\n".join(rules()))
        return 0
    root: Path = args.root or repository_root()
    report = lint(root, args.lessons)
    for finding in report.findings:
        print(finding.text(root))
    for note in report.notes:
        print(note)
    print(report.summary)
    return 1 if report.findings else 0
