"""The log of marks: who changed what, when, from what to what. Lines are only ever added.

`.rungs/marks.jsonl` has one line for each commit of a grading run, and it is on
the disk before the gradebook has the marks. A run that is killed between the
two leaves one line that the gradebook does not hold; the next run finds it and
adds a line that says so.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["Change", "MarkLog"]

_LONGEST_LINE = 1 << 20
_TORN = b" (torn)\n"


@dataclass(frozen=True)
class Change:
    """Tell that a graded cell's automatic mark moved; None stands for no mark."""

    cell: str
    before: float | None
    after: float | None
    reason: str = ""


class MarkLog:
    """Add lines to a course's log, one writer at a time (`with log.held(): …`)."""

    def __init__(self, root: Path) -> None:
        self._path = root / ".rungs" / "marks.jsonl"
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        self._handle: int | None = None
        self.applied = ""  # the last line that this process knows the gradebook to hold

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other process from writing marks meanwhile."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            self._handle = handle
            yield
        finally:
            self._handle = None
            os.close(handle)

    def add(self, why: str, about: dict[str, Any], changes: list[Change]) -> str:
        """Write one line, wait until the disk has it, and return its id."""
        line = {
            "id": secrets.token_hex(8),
            "when": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "who": _user(),
            "why": why,
            **about,
            "changes": [asdict(change) for change in changes],
        }
        self._append(line)
        return str(line["id"])

    def void(self, entry: dict[str, Any]) -> None:
        """Say that the gradebook does not hold an earlier line's marks."""
        self.add(f"not applied: {entry['id']}", {k: entry[k] for k in ("lesson", "learner")}, [])

    def last(self) -> dict[str, Any] | None:
        """Read the last line if it is one that changed marks; a torn line counts as none."""
        assert self._handle is not None, "hold the log first"
        size = os.fstat(self._handle).st_size
        tail = os.pread(self._handle, _LONGEST_LINE, max(0, size - _LONGEST_LINE))
        lines = tail.splitlines(keepends=True)
        if not lines or not lines[-1].endswith(b"\n"):
            return None
        entry: dict[str, Any] = json.loads(lines[-1])
        return entry if entry["changes"] else None

    def lines(self) -> Iterator[dict[str, Any]]:
        """Read every whole line, oldest first."""
        if self._path.is_file():
            with self._path.open("rb") as file:
                yield from (json.loads(line) for line in file if not line.endswith(_TORN))

    def _append(self, line: dict[str, Any]) -> None:
        assert self._handle is not None, "hold the log first"
        text = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        size = os.fstat(self._handle).st_size
        if size and os.pread(self._handle, 1, size - 1) != b"\n":
            # A power cut tore the last line: what it says is lost, and must not spoil this one.
            text = _TORN + text
        os.write(self._handle, text)
        os.fsync(self._handle)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
