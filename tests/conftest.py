"""Charge every test to one part of the time budget, and print the account at the end."""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parent.parent
SET_UP = ROOT / ".rungs" / "set_up.json"
FRESH_SECONDS = 4 * 3600  # an older record belongs to another run

BUDGET = {  # minutes, on two cores
    "set-up": 1,
    "unit": 4,
    "truth": 5,
    "nbgrader's loop": 2,
    "engine": 7,
    "provider": 3,
    "book and browser": 3,
}
# The first pattern that fits a test's path from tests/ decides; anything else is `unit`.
PLACES = (
    ("authoring/test_truth*", "truth"),
    ("instructor/**", "nbgrader's loop"),
    ("kernel/**", "engine"),
    ("grading/**", "engine"),
    ("attacks/**", "engine"),
    ("judging/test_official*", "engine"),
    ("provider/**", "provider"),
    ("book/**", "book and browser"),
    ("browser/**", "book and browser"),
)

# Nothing a test starts may open a window.
os.environ.setdefault("NO_BROWSER", "1")


def part_of(path: str, marked: str | None = None) -> str:
    """Return the budget part of a test file, given its path from tests/."""
    if marked is not None:
        if marked not in BUDGET:
            raise pytest.UsageError(
                f"{path}: budget({marked!r}) is no part; the parts are {', '.join(BUDGET)}."
            )
        return marked
    place = PurePosixPath(path)
    for pattern, part in PLACES:
        folder = pattern.removesuffix("/**")
        if place.match(pattern) or PurePosixPath(folder) in place.parents:
            return part
    return "unit"


def set_up_seconds(record: Path, now: float) -> float | None:
    """Return what start.py needed for this run's set-up, None where it left no fresh word."""
    try:
        said = json.loads(record.read_text(encoding="utf-8"))
        seconds, at = float(said["seconds"]), float(said["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return seconds if now - at < FRESH_SECONDS else None


@dataclass
class Account:
    """Seconds and tests charged to each part, and which part each test belongs to."""

    parts: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    tests: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def charge(self, nodeid: str, seconds: float, counts: bool) -> None:
        part = self.parts.get(nodeid, "unit")
        self.seconds[part] += seconds
        self.tests[part] += counts

    def lines(self) -> list[str]:
        """Return one line a part, in the budget's order, then the sum."""
        rows = [
            (part, self.seconds[part] / 60, minutes, self.tests[part])
            for part, minutes in BUDGET.items()
            if self.seconds[part] or self.tests[part]
        ]
        rows.append(
            ("all", sum(row[1] for row in rows), sum(BUDGET.values()), sum(row[3] for row in rows))
        )
        return [
            f"{part:<17}{used:6.1f} of {minutes:2} min  {count:4} tests"
            + (f"  over by {used - minutes:.1f} min" if used > minutes else "")
            for part, used, minutes, count in rows
        ]


_ACCOUNT = pytest.StashKey[Account]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_ACCOUNT] = account = Account()
    seconds = set_up_seconds(SET_UP, time.time())
    if seconds is not None:
        account.seconds["set-up"] += seconds
    config.pluginmanager.register(_Clerk(account), "budget")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    account = config.stash[_ACCOUNT]
    here = Path(__file__).resolve().parent
    for item in items:
        marker = item.get_closest_marker("budget")
        path = item.path.relative_to(here) if item.path.is_relative_to(here) else item.path
        account.parts[item.nodeid] = part_of(path.as_posix(), marker.args[0] if marker else None)


class _Clerk:
    """Charge each phase of each test as pytest reports it."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._account.charge(report.nodeid, report.duration, report.when == "call")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("time budget")
        for line in self._account.lines():
            terminalreporter.write_line(line)
