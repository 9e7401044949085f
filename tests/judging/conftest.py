"""A tiny course, a folder of its own and the practice seat for every test here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.testing import tiny_course

SEAT_VARIABLES = (
    "RUNGS_SEAT",
    "RUNGS_HOME",
    "NBGRADER_EXECUTION",
    "NBGRADER_VALIDATING",
    "JPY_SESSION_NAME",
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Work in an empty folder, in the practice seat, on the tiny course."""
    for name in SEAT_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("RUNGS_HOME", str(tmp_path / "record"))
    with tiny_course(tmp_path / "course"):
        yield folder
