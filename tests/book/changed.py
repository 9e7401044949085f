"""Which pages the present change touches: the ones an audit must not leave for later."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

LESSONS = ("notebooks/lessons/", "notebooks/release/")
MOVING = "autograder/interactives/"


def changed_files(root: Path) -> set[str]:
    """List what differs from where the change began, uncommitted and new files with it.

    It began where this branch left its upstream; on a branch that is its upstream, or that has
    none, with the last commit. Without git, or in a clone of one commit, nothing is known.
    """
    head = _git(root, "rev-parse", "HEAD")
    base = _git(root, "merge-base", "HEAD", "@{upstream}") or head
    if base == head:
        base = _git(root, "rev-parse", "--verify", "--quiet", "HEAD~1")
    if not base:
        return set()
    told = _git(root, "diff", "--name-only", "--no-renames", base)
    new = _git(root, "ls-files", "--others", "--exclude-standard")
    return {*told.splitlines(), *new.splitlines()}


def pages_of(files: Iterable[str], html: Path) -> list[str]:
    """Name the pages of a site that these files are the text of, or the moving part of."""
    pages = set()
    for name in files:
        if name.startswith(LESSONS):
            lesson = name.split("/")[2]
            pages.add(f"notebooks/release/{lesson}/{lesson}.html")
        elif name.startswith(MOVING):
            pages |= {p.relative_to(html).as_posix() for p in html.glob("book/play/*.html")}
        elif name.endswith(".md"):
            pages.add(f"{name.removesuffix('.md')}.html")
    return sorted(page for page in pages if (html / page).is_file())


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), "-c", "core.quotePath=false", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
