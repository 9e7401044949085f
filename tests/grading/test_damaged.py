"""Damaged submissions: every intact task is scored, a reason is given, nothing stops."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder import content
from autograder.errors import SubmissionError
from autograder.grading.classroom import Classroom
from autograder.grading.reading import read_submission
from autograder.grading.released import released_cells
from autograder.grading.restore import ReleasedCell, restore
from autograder.kernel import require_sandbox
from tests.grading.damaged.classroom import LESSON, MEMO, TASKS, hand_in, open_course
from tests.grading.damaged.damages import DAMAGES, FILE, Damage

SMALL = [one for one in DAMAGES if not one.large]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Open a course with the tiny lesson."""
    place = open_course(tmp_path_factory.mktemp("course"))
    with pytest.MonkeyPatch.context() as patch, content.use_root(place):
        patch.setenv("RUNGS_ROOT", str(place))  # for the processes that grade
        yield place


@pytest.fixture(scope="module")
def release(course: Path) -> list[ReleasedCell]:
    """Read the lesson's released cells."""
    with Gradebook(f"sqlite:///{course}/gradebook.db", "rungs") as gradebook:
        return released_cells(gradebook, LESSON, LESSON)


def run(cells: list[Any]) -> dict[str, Any]:
    """Run a notebook's code in this process, check cells aside; an error ends its cell only."""
    names: dict[str, Any] = {}
    for cell in cells:
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade"):
            with suppress(Exception):
                exec(cell.source.replace("from autograder import check", "check = print"), names)
    return names


def right(names: dict[str, Any]) -> set[str]:
    """Name the tasks whose functions do what they should."""
    tries = {"total": ([1.5, 2.5], 4.0), "clipped": (40.0, 10.0), "rooted": ([9.0, -1.0], [3.0, 0])}
    done = set()
    for task, (given, wanted) in tries.items():
        with suppress(Exception):
            if names[task](given) == wanted:
                done.add(task)
    return done


@pytest.mark.parametrize("damaged", SMALL, ids=lambda one: one.name)
def test_what_is_intact_is_found(
    damaged: Damage, tmp_path: Path, course: Path, release: list[ReleasedCell]
) -> None:
    """After restoring, intact answers run, the memo is in its cell, and losses are named."""
    folder = hand_in(tmp_path, "ada", damaged.files())
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    if damaged.refused:
        with pytest.raises(SubmissionError) as refusal:
            read_submission(folder, LESSON)
        assert [word for word in damaged.says if word not in str(refusal.value)] == []
        return
    submission = read_submission(folder, LESSON)
    notes = [*submission.notes, *restore(submission.nb, release)]
    assert right(run(submission.nb.cells)) == set(TASKS) - set(damaged.loses)
    held = {c.metadata.get("nbgrader", {}).get("grade_id"): c for c in submission.nb.cells}
    assert (MEMO in held["written-memo"].source) == damaged.memo
    assert [cell.name for cell in release if not cell.plain and cell.name not in held] == []
    assert [word for word in damaged.says if word not in " ".join(notes)] == []
    assert bool(notes) == bool(damaged.says)
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.slow
@pytest.mark.parametrize("damaged", [d for d in DAMAGES if d.large], ids=lambda one: one.name)
def test_a_hundred_megabytes_are_read(
    damaged: Damage, tmp_path: Path, course: Path, release: list[ReleasedCell]
) -> None:
    """A huge output or cell costs none of the tasks, and this process stays small."""
    folder = hand_in(tmp_path, "ada", damaged.files())
    submission = read_submission(folder, LESSON)
    notes = [*submission.notes, *restore(submission.nb, release)]
    assert right(run(submission.nb.cells)) == set(TASKS)
    assert [word for word in damaged.says if word not in " ".join(notes)] == []
    assert sum(len(cell.source) for cell in submission.nb.cells) < 10_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        b'{"cells":[' + b"{}," * 33_000_000 + b"{}]}",
        b'{"id":' * 3_000_000,
        b'{"cells": [' + b'{"source" : "' * 1_500_000,
    ],
    ids=["objects", "depth", "starts"],
)
def test_a_file_made_to_stop_the_reader_is_refused(body: bytes, tmp_path: Path) -> None:
    """Files that unfold in memory or are slow to search are given up within the limits."""
    folder = hand_in(tmp_path, "eve", {FILE: body})
    with pytest.raises(SubmissionError, match="than a notebook may|is not a notebook|too large"):
        read_submission(folder, LESSON)


@pytest.fixture(scope="module")
def graded(course: Path) -> dict[str, tuple[Any, Any]]:
    """Grade every small damaged submission in one batch, in the sandbox."""
    require_sandbox()
    for one in SMALL:
        hand_in(course, one.name, one.files())
    classroom = Classroom(course)
    learners = sorted(one.name for one in SMALL)
    outcomes = {outcome.learner: outcome for outcome in classroom.grade(LESSON, learners)}
    marks = {mark.learner: mark for mark in classroom.marks(LESSON)}
    return {name: (outcome, marks.get(name)) for name, outcome in outcomes.items()}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_batch_gives_every_submission_its_marks(graded: Any) -> None:
    """Two points for each intact task, none for a lost one, a reason for each refusal."""
    assert sorted(graded) == sorted(one.name for one in SMALL)
    wrong = []
    for one in SMALL:
        outcome, mark = graded[one.name]
        if one.refused != bool(outcome.error):
            wrong.append((one.name, outcome))
        elif not one.refused and mark.automatic != 2 * (len(TASKS) - len(one.loses)):
            wrong.append((one.name, mark))
        told = outcome.error if one.refused else " ".join(outcome.notes)
        wrong += [(one.name, word) for word in one.says if word not in told]
    assert wrong == []


NBGRADERS = (
    "untouched", "cut_off_in_an_answer", "commas_too_many", "nbformat_3", "empty_file", "renamed",
)  # fmt: skip


def nbgrader(place: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run one of nbgrader's commands in a course's folder."""
    environment = {**os.environ, "HOME": str(place), "RUNGS_ROOT": str(place)}
    return subprocess.run(
        [str(Path(sys.executable).parent / "nbgrader"), *command, LESSON],
        cwd=place, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nbgraders_own_commands_do_the_same(tmp_path: Path) -> None:
    """`nbgrader autograde` grades what can be read, names what cannot, and feedback goes out."""
    require_sandbox()
    place = open_course(tmp_path)
    Classroom(place).open_exchange()
    chosen = {one.name: one for one in DAMAGES if one.name in NBGRADERS}
    assert len(chosen) == len(NBGRADERS)
    for one in chosen.values():
        folder = hand_in(place, one.name, one.files())
        (folder / "timestamp.txt").write_text("2026-03-01 10:00:00.000000 UTC")
        (folder / "submission_secret.txt").write_text(one.name)
        (folder / "page.html").write_text("<script>formgrader would serve this</script>")
    graded = nbgrader(place, "autograde")
    with Gradebook(f"sqlite:///{place}/gradebook.db", "rungs") as gradebook:
        submissions = gradebook.find_assignment(LESSON).submissions
        marks = {held.student.id: sum(n.score for n in held.notebooks) for held in submissions}
    for name, one in chosen.items():
        if one.refused:
            assert not (place / "autograded" / name / LESSON / FILE).exists()
            assert all(words in graded.stderr for words in one.says)
        else:
            assert marks[name] == 2 * (len(TASKS) - len(one.loses)), name
            assert (place / "autograded" / name / LESSON / FILE).is_file()
        written = {
            path: path.read_bytes() for path in (place / "submitted" / name).rglob("*.ipynb")
        }
        assert set(one.files().values()) <= set(written.values())
    for command in ("generate_feedback", "release_feedback"):
        done = nbgrader(place, command)
        assert done.returncode == 0, done.stderr
    assert list((place / "autograded").rglob("page.html")) == []
    readable = [name for name, one in chosen.items() if not one.refused]
    pages = [place / "feedback" / name / LESSON / f"{LESSON}.html" for name in readable]
    released = list((place / ".rungs" / "exchange" / "rungs" / "feedback").glob("*.html"))
    assert sorted(p.read_bytes() for p in released) == sorted(p.read_bytes() for p in pages)
    assert all("Content-Security-Policy" in page.read_text("utf-8") for page in pages)
