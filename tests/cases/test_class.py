"""A class with a case task: released, fetched, handed in, graded, on nbgrader's own exchange."""

from __future__ import annotations

import csv
import getpass
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from nbgrader.apps import NbGraderAPI

from autograder import cases, content
from autograder.cli import main
from autograder.errors import ContentError
from autograder.grading import settings
from autograder.grading.batch import Report
from autograder.grading.classroom import Classroom
from autograder.grading.handed import read_handed, released_seed
from autograder.grading.pool import Lost, Task
from autograder.grading.worker import answer
from autograder.kernel import require_sandbox
from autograder.plugins import FetchOwnCases
from tests.cases.conftest import LESSON, SMALL
from tests.cases.records import handed_in, literal, solved, truth_of

ME = getpass.getuser()  # the account under which nbgrader fetches here
CASE = "parcels"
pytestmark = [pytest.mark.timeout(300), pytest.mark.budget("nbgrader's loop")]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a class of two and release the lesson to them, once; nobody changes it."""
    place = SMALL.open(tmp_path_factory.mktemp("template") / "course")
    with content.use_root(place):
        room = Classroom(place)
        enrol(room, ME, "bob")
        room.open_exchange()
        # As formgrader's button does; `rungs release` sees to it once more.
        assert api_of(room).release_assignment(LESSON)["success"]
    return place


@pytest.fixture
def room(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Classroom]:
    """Give a test a class of its own."""
    place = shutil.copytree(template, tmp_path / "course")
    monkeypatch.setenv("RUNGS_ROOT", str(place))  # for the processes that grade
    with content.use_root(place):
        yield Classroom(place)
        cases.hold({})


def api_of(room: Classroom) -> NbGraderAPI:
    """Speak with nbgrader as its own commands do."""
    config = settings.read_config(room.root)
    config.NbGrader.logfile = ""
    return NbGraderAPI(config=config)


def enrol(room: Classroom, *learners: str) -> None:
    roster = room.root / "class.csv"
    with roster.open("w", newline="") as file:
        csv.writer(file).writerows([["id"], *([one] for one in learners)])
    room.enrol(roster)


def outbound(room: Classroom, learner: str) -> Path:
    course = room.root / ".rungs" / "exchange" / "rungs"
    return course / "cases" / LESSON / learner / f"{CASE}.json"


def fetch(room: Classroom, desk: Path, again: bool = False) -> Path:
    """Fetch as nbgrader's command does."""
    api = api_of(room)
    api.coursedir.assignment_id = LESSON
    assert api.exchange.fetch_assignment is FetchOwnCases
    api.exchange.FetchAssignment(
        coursedir=api.coursedir,
        authenticator=api.authenticator,
        parent=api,
        assignment_dir=str(desk),
        replace_missing_files=again,
    ).start()
    return desk / LESSON


def submit(room: Classroom, learner: str, record: str, pack: bytes = b"", owner: str = "") -> None:
    """Lay a submission where `collect` would, with a pack beside the notebook."""
    folder = room.root / "submitted" / learner / LESSON
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{LESSON}.ipynb").write_text(json.dumps(handed_in(record)))
    if pack:
        path = folder / "cases" / (owner or learner) / f"{CASE}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pack)


def grade(room: Classroom, force: bool = False) -> dict[str, Report]:
    require_sandbox()
    running = room.batch(LESSON, force=force).run(room.submitted(LESSON), InThisProcess())
    return {report.learner: report for report in running}


class InThisProcess:
    """Compute marks as a worker does, without starting any."""

    def answers(self, tasks: Iterable[Task]) -> Iterator[tuple[str, bytes | Lost]]:
        for task in tasks:
            yield task.name, answer(task.packed)


def seed_of(room: Classroom, learner: str) -> int:
    return released_seed(room.root, LESSON, CASE, learner)


def test_each_learner_fetches_the_own_case_once(
    room: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fetch brings one pack, public data only, and never replaces what is there."""
    lesson = fetch(room, tmp_path / "home")
    assert [p.name for p in (lesson / "cases").iterdir()] == [ME]
    pack = lesson / "cases" / ME / f"{CASE}.json"
    seed, text = seed_of(room, ME), pack.read_text()
    assert seed >= 2**64
    assert all(form not in text for form in (str(seed), f"{seed:x}"))
    assert set(json.loads(text)) == {"case", "lesson", "origin", "learner", "public"}
    monkeypatch.chdir(lesson)
    assert solved(cases.load(CASE)) == truth_of(seed)
    pack.write_text(text + " ")
    fetch(room, tmp_path / "home", again=True)
    assert pack.read_text() == text + " "
    pack.unlink()
    fetch(room, tmp_path / "home", again=True)
    assert pack.read_text() == text


def test_whoever_comes_late_gets_a_case_and_nobody_another(
    room: Classroom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`rungs cases` adds what is missing, also into folders to pass on by hand."""
    before = outbound(room, "bob").read_bytes()
    shutil.rmtree(room.root / ".rungs" / "exchange")
    room.release(LESSON)
    assert outbound(room, "bob").read_bytes() == before
    enrol(room, ME, "bob", "cyd")
    narrow = os.umask(0o077)
    try:
        assert main(["cases", "93", "--course", str(room.root)]) == 0
    finally:
        os.umask(narrow)
    cyds = outbound(room, "cyd")
    assert [path.stat().st_mode & 0o777 for path in (cyds, cyds.parent)] == [0o644, 0o755]
    assert "1 new of 3 packs for 3 learners" in capsys.readouterr().out
    assert outbound(room, "bob").read_bytes() == before
    outbound(room, "bob").write_bytes(b"what bob has is not touched")
    by_hand = room.hand_out(LESSON, tmp_path / "mail")
    assert [pack.new for pack in by_hand] == [True] * 3
    assert (tmp_path / "mail" / "bob" / "cases" / f"{CASE}.json").read_bytes() == before
    assert not any(pack.new for pack in room.hand_out(LESSON))
    assert outbound(room, "bob").read_bytes() == b"what bob has is not touched"


def test_marks_come_from_the_own_case_whatever_pack_is_handed_in(room: Classroom) -> None:
    """An edited pack, a friend's pack and record, a renamed folder: the mark is of the own case."""
    mine, bobs = outbound(room, ME).read_bytes(), outbound(room, "bob").read_bytes()
    enrol(room, ME, "bob", "cyd", "dan")
    room.hand_out(LESSON)
    edited = mine.replace(b'"public"', b'"public" ', 1)
    submit(room, ME, literal(truth_of(seed_of(room, ME))), edited)
    # A friend's record with the friend's pack, also under one's own name.
    submit(room, "bob", literal(truth_of(seed_of(room, ME))), mine)
    submit(room, "cyd", literal(truth_of(seed_of(room, "bob"))), bobs, owner="bob")
    # No pack at all: the record is what counts.
    submit(room, "dan", literal(truth_of(seed_of(room, "dan"))))
    reports = grade(room)
    assert reports[ME].mark == reports["dan"].mark == 12
    assert [(reports[who].mark or 0) <= 5 for who in ("bob", "cyd")] == [True, True]
    strange = {who for who, report in reports.items() if "is not the one" in str(report.notes)}
    assert strange == {ME, "bob", "cyd"}


def test_another_key_or_version_moves_no_case(room: Classroom) -> None:
    """What was handed out is remembered; what cannot be found again is left to a person."""
    record = literal(truth_of(seed_of(room, ME)))
    submit(room, ME, record)
    assert grade(room)[ME].mark == 12
    (room.root / ".rungs" / "course.key").unlink()
    submit(room, ME, record + "  # handed in again")
    assert grade(room)[ME].mark == 12
    kept = room.root / ".rungs" / "cases" / LESSON / f"{ME}.json"
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_text(kept.read_text().replace(read_handed(room.root, LESSON, ME)[CASE].public, "x"))
    with pytest.raises(ContentError, match="not what this version"):
        room.hand_out(LESSON, room.root / "mail")
    report = grade(room)[ME]
    assert report.state == "partly graded"
    assert "is not what this version of the course makes" in str(report.partial)
    with room.gradebook() as gradebook:
        name = "check-loss_record"
        assert gradebook.find_grade(name, LESSON, LESSON, ME).auto_score is None


def test_nbgraders_own_command_gives_the_same_marks(room: Classroom) -> None:
    """Formgrader's button runs it: the case comes from what was handed out there too."""
    (room.root / ".rungs" / "course.key").unlink()
    submit(room, ME, literal(truth_of(seed_of(room, ME))))
    command = [str(Path(sys.executable).parent / "nbgrader"), "autograde", LESSON, "--student", ME]
    done = subprocess.run(command, cwd=room.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with room.gradebook() as gradebook:
        submission = gradebook.find_submission(LESSON, ME)
        assert submission.score == 12


def test_who_was_given_no_case_is_named(room: Classroom) -> None:
    """A submission of somebody to whom nothing was released says so in its report."""
    enrol(room, ME, "bob", "eve")
    submit(room, "eve", literal(truth_of(seed_of(room, "eve"))))
    report = grade(room)["eve"]
    assert f"No {CASE} was handed to this learner" in str(report.notes)
