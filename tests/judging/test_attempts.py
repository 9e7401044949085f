"""The learner's own record."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest

from autograder.judging.attempts import FILE, Attempt, Attempts, History, home


def attempt(digest: str, passed: bool = False, variant: int = 0, copied: bool = False) -> Attempt:
    """Return an attempt at one task."""
    return Attempt("90_tiny", "double", variant, float(passed), passed, digest, "no", copied)


def test_history_counts_attempts_and_different_failures(tmp_path: Path) -> None:
    """An answer that fails once more later is an attempt, but no new failure."""
    record = Attempts(tmp_path)
    assert record.history("90_tiny", "double") == History()
    for digest in ("a", "a", "b", "a"):
        record.keep(attempt(digest))
    record.keep(attempt("c", passed=True))
    assert record.history("90_tiny", "double") == History(
        attempts=4, failures=2, variant=0, solved=True, unaided=True
    )
    assert record.history("90_tiny", "limit") == History()
    assert record.tasks() == [("90_tiny", "double")]


def test_a_reveal_starts_a_fresh_variant(tmp_path: Path) -> None:
    """After a reveal failures count anew, and only a solved variant counts as unaided."""
    record = Attempts(tmp_path)
    record.keep(attempt("a"))
    record.keep_reveal("90_tiny", "double", 0)
    assert record.history("90_tiny", "double") == History(attempts=1, variant=1)
    record.keep(attempt("r", passed=True, variant=1, copied=True))
    assert record.history("90_tiny", "double") == History(2, 0, 1, solved=True, unaided=False)
    record.keep(attempt("s", passed=True, variant=1))
    assert record.history("90_tiny", "double").unaided


def test_the_latest_prediction_counts(tmp_path: Path) -> None:
    """A second prediction replaces the first for the reader; both stay in the file."""
    record = Attempts(tmp_path)
    assert record.prediction("l", "ratio") is None
    record.keep_prediction("l", "ratio", "4")
    record.keep_prediction("l", "ratio", "5")
    kept = record.prediction("l", "ratio")
    assert kept is not None
    assert kept.value == "5"
    assert record.prediction("other", "ratio") is None


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    """Nothing is lost or overwritten, one sentence says so, and the record goes on."""
    (tmp_path / FILE).write_bytes(b"not a database, surely not one" * 50)
    record = Attempts(tmp_path)
    assert record.history("90_tiny", "double") == History()
    assert "was damaged" in record.trouble
    assert "progress.sqlite.damaged-1" in record.trouble
    assert (tmp_path / "progress.sqlite.damaged-1").read_bytes().startswith(b"not a database")
    record.keep(attempt("a"))
    assert record.history("90_tiny", "double").attempts == 1


def test_a_folder_that_cannot_be_written_costs_the_record_only(tmp_path: Path) -> None:
    """No state and no error where there is no place for it."""
    blocked = tmp_path / "file"
    blocked.write_text("a file, not a folder")
    record = Attempts(blocked / "deeper")
    record.keep(attempt("a"))
    record.keep_reveal("l", "t", 0)
    record.keep_prediction("l", "n", "1")
    assert record.history("l", "t") == History()
    assert record.trouble == ""


def test_a_locked_file_does_not_stop_a_check(tmp_path: Path) -> None:
    """Another process that holds the file delays by at most half a second."""
    record = Attempts(tmp_path)
    record.keep(attempt("a"))
    holder = sqlite3.connect(tmp_path / FILE)
    holder.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    record.keep(attempt("b"))
    assert time.monotonic() - started < 2
    holder.rollback()
    holder.close()
    assert record.history("90_tiny", "double").attempts == 1


def test_reading_makes_no_file(tmp_path: Path) -> None:
    """Looking leaves nothing behind."""
    Attempts(tmp_path / "none").history("l", "t")
    assert not (tmp_path / "none").exists()


def test_a_write_takes_milliseconds(tmp_path: Path) -> None:
    """The median write stays under five milliseconds."""
    record = Attempts(tmp_path)
    spent = []
    for number in range(21):
        started = time.perf_counter()
        record.keep(attempt(str(number)))
        spent.append(time.perf_counter() - started)
    assert sorted(spent)[10] < 0.005


def test_the_record_lies_in_the_nearest_folder_upwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One record serves every lesson's folder; RUNGS_HOME names another."""
    monkeypatch.delenv("RUNGS_HOME", raising=False)
    lesson = tmp_path / "work" / "90_tiny"
    (tmp_path / "work" / ".rungs").mkdir(parents=True)
    lesson.mkdir()
    monkeypatch.chdir(lesson)
    assert home() == tmp_path / "work" / ".rungs"
    monkeypatch.setenv("RUNGS_HOME", str(tmp_path / "else"))
    assert home() == tmp_path / "else"


def test_without_such_a_folder_the_record_starts_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook outside the course keeps its record beside itself."""
    monkeypatch.delenv("RUNGS_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    if not any((p / ".rungs").is_dir() for p in tmp_path.parents):
        assert home() == tmp_path / ".rungs"
