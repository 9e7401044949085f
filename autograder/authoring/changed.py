"""When a file last changed, from git; nothing is claimed where git cannot know it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

__all__ = ["last_changed", "latest"]

_PATIENCE = 20  # seconds


def last_changed(root: Path) -> dict[str, str]:
    """Map each file of the checkout to the day (ISO) of the last commit that touched it.

    In a copy without git the map is empty. In a shallow clone the oldest commit seems to have
    made every file, so what it touched is left out.
    """
    log = _git(root, "log", "--format=%x00%H %cs", "--name-only", "--no-renames", "--", ".")
    cut = set(_git(root, "rev-parse", "--git-path", "shallow").split())
    shallow = {line for path in cut for line in _lines(root / path)}
    days: dict[str, str] = {}
    for entry in log.split("\0")[1:]:
        head, _, files = entry.partition("\n")
        commit, day = head.split()
        for name in files.split("\n"):
            if name.strip():
                days.setdefault(name, "" if commit in shallow else day)
    return {name: day for name, day in days.items() if day}


def latest(days: Mapping[str, str], under: str) -> str:
    """Return the last day on which `under`, a file or a folder, changed; "" where unknown."""
    inside = f"{under.rstrip('/')}/"
    return max(
        (d for name, d in days.items() if name == under or name.startswith(inside)), default=""
    )


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split() if path.is_file() else []


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), "-c", "core.quotePath=false", *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
