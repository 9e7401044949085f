"""`rungs demo`: play the whole loop and compare expected with given marks."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.content import course, repository_root
from autograder.kernel import require_sandbox

HELP = "play the whole loop with twelve learners and compare their marks with what they must be"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the lessons, the place and whether to build the book."""
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="default: every lesson")
    parser.add_argument("--to", type=Path, default=None, help="default: _build/demo")
    parser.add_argument("--no-book", action="store_true", help="leave the book out")


def run(args: argparse.Namespace) -> int:
    """Play each lesson's loop, build the book, print tables and paths, then one summary line."""
    require_sandbox()
    from autograder.authoring.demo import play

    console = Console()
    started = time.monotonic()
    place = (args.to or repository_root() / "_build" / "demo").resolve()
    chosen = [course().lesson(x) for x in args.lessons] or list(course().ready)
    expected = right = 0
    for lesson in chosen:
        demo = play(lesson.id, place / lesson.id, lambda line: console.print(line, style="dim"))
        table = Table("learner", "does", "expected", "given", "", "notes", title=lesson.title)
        for row in demo.rows:
            given = "refused" if row.given is None else f"{row.given:g}"
            sign = "✓ equal" if row.agrees else "✗ differs"
            notes = escape("\n".join(row.notes))
            member = row.member
            table.add_row(member.name, member.does, member.expected, given, sign, notes)
        console.print(table)
        console.print(f"feedback  {demo.feedback}/ada/{lesson.id}/{lesson.id}.html")
        console.print(f"marks     {demo.marks}")
        expected += len(demo.rows)
        right += sum(row.agrees for row in demo.rows)
    book = 0 if args.no_book else _build_book(console)
    seconds = time.monotonic() - started
    print(f"demo: {right} of {expected} marks as expected, in {seconds:.0f} s")
    return 0 if right == expected and book == 0 else 1


def _build_book(console: Console) -> int:
    console.print("building the book", style="dim")
    return subprocess.run([sys.executable, "-m", "autograder.cli", "book"], check=False).returncode
