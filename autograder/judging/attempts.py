"""The learner's own record: attempts, predictions and reveals, in one small SQLite file.

The file is `progress.sqlite` in the folder `.rungs` found from the working
directory upwards (`RUNGS_HOME` names another folder). It stays on the
learner's computer. Where it cannot be written nothing is kept and nothing
fails.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["TABLES", "Attempt", "Attempts", "History", "Prediction", "home"]

FILE = "progress.sqlite"
_BUSY_SECONDS = 0.5
_SCHEMA = """
CREATE TABLE IF NOT EXISTS attempts (
    time REAL NOT NULL, lesson TEXT NOT NULL, task TEXT NOT NULL, variant INTEGER NOT NULL,
    fraction REAL NOT NULL, passed INTEGER NOT NULL, digest TEXT NOT NULL, reason TEXT NOT NULL,
    copied INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS attempts_of_task ON attempts (lesson, task);
CREATE TABLE IF NOT EXISTS predictions (
    time REAL NOT NULL, lesson TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outcomes (
    time REAL NOT NULL, lesson TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reveals (
    time REAL NOT NULL, lesson TEXT NOT NULL, task TEXT NOT NULL, variant INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS reviews (
    time REAL NOT NULL, lesson TEXT NOT NULL, task TEXT NOT NULL, variant INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS placements (
    time REAL NOT NULL, sitting INTEGER NOT NULL, task TEXT NOT NULL, event TEXT NOT NULL);
"""
# The file's tables and their columns, in order: what `everything` returns and an export holds.
_TASK = ("time", "lesson", "task", "variant")
_NAMED = ("time", "lesson", "name", "value")
TABLES: Mapping[str, tuple[str, ...]] = {
    "attempts": (*_TASK, "fraction", "passed", "digest", "reason", "copied"),
    "predictions": _NAMED,
    "outcomes": _NAMED,
    "reveals": _TASK,
    "reviews": _TASK,
    "placements": ("time", "sitting", "task", "event"),
}


@dataclass(frozen=True)
class Attempt:
    """Record one check: `digest` stands for the answer's source, `fraction` lies in 0..1.

    `variant` numbers the set of practice cases; `copied` tells that the answer
    is the revealed reference, word for word.
    """

    lesson: str
    task: str
    variant: int
    fraction: float
    passed: bool
    digest: str
    reason: str = ""
    copied: bool = False


@dataclass(frozen=True)
class History:
    """Sum up what happened to one task so far.

    `failures` counts different answers that failed on the current variant;
    `variant` is also the number of reveals and reviews; `unaided` tells whether
    a variant was solved without a copy of the reference; `reviewing` tells that
    the current variant was opened by a review and not by a reveal.
    """

    attempts: int = 0
    failures: int = 0
    variant: int = 0
    solved: bool = False
    unaided: bool = False
    reviewing: bool = False


@dataclass(frozen=True)
class Prediction:
    """Hold one kept prediction, as its printed form, and when it was made (Unix seconds)."""

    value: str
    time: float


def home() -> Path:
    """Return the folder of the record: `RUNGS_HOME`, else the nearest `.rungs` upwards."""
    named = os.environ.get("RUNGS_HOME")
    if named:
        return Path(named)
    here = Path.cwd()
    found = next((p / ".rungs" for p in (here, *here.parents) if (p / ".rungs").is_dir()), None)
    return found or here / ".rungs"


class Attempts:
    """Read and write the record; every method works, or quietly keeps nothing.

    `trouble` holds one sentence where the file was damaged and set aside.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._path = (folder or home()) / FILE
        self.trouble = ""

    def keep(self, attempt: Attempt) -> None:
        """Write one attempt, unless the one before it was the same answer with the same result."""
        a = attempt
        row = (a.lesson, a.task, a.variant, a.fraction, a.passed, a.digest, a.reason, a.copied)
        same = (a.lesson, a.task, a.variant, a.fraction, a.digest)
        self._write(
            "INSERT INTO attempts SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS ("
            "SELECT 1 FROM (SELECT * FROM attempts WHERE lesson = ? AND task = ? "
            "ORDER BY rowid DESC LIMIT 1) WHERE variant = ? AND fraction = ? AND digest = ?)",
            (time.time(), *row, *same),
        )

    def history(self, lesson: str, task: str) -> History:
        """Sum up a task's attempts and reveals."""
        where, key = "WHERE lesson = ? AND task = ?", (lesson, task)
        revealed = f"SELECT variant, 0 FROM reveals {where}"
        variants = f"{revealed} UNION ALL SELECT variant, 1 FROM reviews {where}"
        left = dict(self._read(variants, (*key, *key)))
        variant = len(left)
        rows = self._read(f"SELECT variant, passed, digest, copied FROM attempts {where}", key)
        current = [row for row in rows if row[0] == variant]
        return History(
            attempts=len(rows),
            failures=len({digest for _, passed, digest, _ in current if not passed}),
            variant=variant,
            solved=any(passed for _, passed, _, _ in current),
            unaided=any(passed and not copied for _, passed, _, copied in rows),
            reviewing=bool(left.get(variant - 1)),
        )

    def keep_reveal(self, lesson: str, task: str, variant: int) -> None:
        """Write that a task's reference was shown while `variant` was the current one."""
        row = (time.time(), lesson, task, variant)
        self._write("INSERT INTO reveals VALUES (?, ?, ?, ?)", row)

    def keep_review(self, lesson: str, task: str, variant: int) -> None:
        """Write that a task came up for review: `variant` is left, and fresh cases wait."""
        row = (time.time(), lesson, task, variant)
        self._write("INSERT INTO reviews VALUES (?, ?, ?, ?)", row)

    def keep_prediction(self, lesson: str, name: str, value: str) -> None:
        """Write one prediction; an earlier one of the same name stays in the file."""
        row = (time.time(), lesson, name, value)
        self._write("INSERT INTO predictions VALUES (?, ?, ?, ?)", row)

    def prediction(self, lesson: str, name: str) -> Prediction | None:
        """Return the latest prediction of this name."""
        rows = self._read(
            "SELECT value, time FROM predictions WHERE lesson = ? AND name = ? "
            "ORDER BY rowid DESC LIMIT 1",
            (lesson, name),
        )
        return Prediction(str(rows[0][0]), float(rows[0][1])) if rows else None

    def keep_outcome(self, lesson: str, name: str, value: str) -> None:
        """Write that a prediction was shown beside what happened, which was `value`."""
        row = (time.time(), lesson, name, value)
        self._write("INSERT INTO outcomes VALUES (?, ?, ?, ?)", row)

    def outcome_shown(self, lesson: str, name: str) -> bool:
        """Tell whether a prediction was ever shown beside what happened."""
        key = (lesson, name)
        return bool(self._read("SELECT 1 FROM outcomes WHERE lesson = ? AND name = ? LIMIT 1", key))

    def keep_placement(self, when: float, sitting: int, task: str, event: str) -> None:
        """Write what happened to a task of a placement test, at `when` (Unix seconds)."""
        self._write("INSERT INTO placements VALUES (?, ?, ?, ?)", (when, sitting, task, event))

    def placements(self) -> list[tuple[float, int, str, str]]:
        """Return time, sitting, task and event of all placement tests, in order."""
        rows = self._read("SELECT time, sitting, task, event FROM placements ORDER BY rowid")
        return [(float(w), int(s), str(task), str(event)) for w, s, task, event in rows]

    def tasks(self) -> list[tuple[str, str]]:
        """List every (lesson, task) that was attempted, in order of the first attempt."""
        rows = self._read("SELECT lesson, task FROM attempts ORDER BY rowid", ())
        return list(dict.fromkeys((str(lesson), str(task)) for lesson, task in rows))

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """Return every row of every table in `TABLES`, in the order in which it was written."""
        return {
            table: [
                dict(zip(columns, row, strict=True))
                for row in self._read(f"SELECT {', '.join(columns)} FROM {table} ORDER BY rowid")
            ]
            for table, columns in TABLES.items()
        }

    def restore(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows of a table as `everything` gives them, in one step."""
        columns = TABLES[table]
        marks = ", ".join("?" for _ in columns)
        values = [tuple(row[column] for column in columns) for row in rows]
        self._write(f"INSERT INTO {table} VALUES ({marks})", *values)

    def _write(self, statement: str, *rows: tuple[object, ...]) -> None:
        with self._forgiving():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._open()) as connection, connection:
                connection.executescript(_SCHEMA)
                connection.executemany(statement, rows)

    def _read(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        with self._forgiving():
            if self._path.is_file():
                with closing(self._open()) as connection:
                    # A file of an earlier version has fewer tables.
                    connection.executescript(_SCHEMA)
                    return connection.execute(statement, values).fetchall()
        return []

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS)
        # No waiting for the disk: after a power cut the file may be set aside, and a write
        # stays within a few milliseconds on a slow one.
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError):
            pass  # Read-only, locked or full: the check matters more than its record.
        except sqlite3.DatabaseError:
            self._set_aside()

    def _set_aside(self) -> None:
        number = 1
        while (aside := self._path.with_name(f"{FILE}.damaged-{number}")).exists():
            number += 1
        try:
            self._path.rename(aside)
        except OSError:
            return
        self.trouble = (
            f"The record of your attempts was damaged. It now lies in {aside.name}, "
            "and a new one starts with this check. Your notebooks are not affected."
        )
