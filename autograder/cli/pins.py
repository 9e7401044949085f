"""`rungs pins`: write requirements.txt again from the lists in pyproject.toml."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.authoring.pins import render, resolve

HELP = "resolve the packages of pyproject.toml into requirements.txt (needs the network)"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the folder that holds both files."""
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the repository's root")


def run(args: argparse.Namespace) -> int:
    """Resolve, write, and say how many packages each part holds."""
    root: Path = args.root
    parts = resolve(root / "pyproject.toml")
    (root / "requirements.txt").write_text(render(parts), encoding="utf-8")
    for number, part in enumerate(parts, start=1):
        print(f"part {number}: {len(part.pins)} packages ({part.title})")
    return 0
