"""Fixtures for grading runs: an empty class, copied for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.grading import classes, synthetic


@pytest.fixture(scope="session")
def empty_class(tmp_path_factory: pytest.TempPathFactory) -> classes.Class:
    """Make a class once; nobody changes it."""
    return classes.template(tmp_path_factory.mktemp("template") / "course")


@pytest.fixture
def room(
    empty_class: classes.Class, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> classes.Class:
    """Give a test a class of its own, and light workers a place to say what they did."""
    monkeypatch.setenv(synthetic.LOG, str(tmp_path / "worked"))
    # Light workers are started from here and import the tests.
    monkeypatch.setenv("PYTHONPATH", str(classes.ROOT))
    return classes.copy_of(empty_class, tmp_path / "course")
