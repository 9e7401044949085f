"""The course with one case task, and a learner's desk on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import cases, content
from tests.judging.conftest import SEAT_VARIABLES
from tests.small_course import SmallCourse

COURSE = Path(__file__).parent / "course"
LESSON = "93_missing_parcels"
SMALL = SmallCourse(COURSE, LESSON)


@pytest.fixture
def parcels() -> Iterator[None]:
    """Make it the course, with nothing held from another test."""
    with content.use_root(COURSE):
        yield
        cases.hold({})


@pytest.fixture
def desk(parcels: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a lesson's empty folder, in the practice seat, as the account `ada`."""
    for name in SEAT_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    folder = tmp_path / LESSON
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("RUNGS_HOME", str(tmp_path / "record"))
    return folder
