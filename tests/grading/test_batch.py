"""Grading runs: whatever a submission, a worker or a kill does, every mark is there once.

Real worker processes, a real gradebook and real files; the workers' function is
the light one of `synthetic`, which starts no kernel.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import pytest
from sqlalchemy import text

from autograder.errors import SubmissionError
from autograder.grading import batch
from autograder.grading.audit import MarkLog
from autograder.grading.classroom import Classroom
from autograder.grading.pool import LocalPool
from autograder.grading.results import read_result
from tests.grading.classes import LESSON, SYNTHETIC, Class, line_of, names, python

FULL = 26.0


def log(room: Class) -> list[dict]:
    """Read the log of marks."""
    return list(MarkLog(room.course).lines())


def given(room: Class) -> dict[str, dict[str, float | None]]:
    """Replay the log: what every learner's marks are according to it."""
    voided = {line["why"].removeprefix("not applied: ") for line in log(room)}
    held: dict[str, dict[str, float | None]] = {}
    for line in log(room):
        for change in line["changes"] if line["id"] not in voided else ():
            marks = held.setdefault(line["learner"], {})
            assert marks.get(change["cell"]) == change["before"]
            marks[change["cell"]] = change["after"]
    return held


class TestWhatComesOut:
    """Everybody gets a mark or a reason."""

    def test_marks_files_results_and_log_agree(self, room: Class) -> None:
        """One run stores the same marks in the gradebook, the result and the log."""
        room.hands_in("ada", "solved", memo="text")
        room.hands_in("ben", "half")
        reports = room.grade()
        assert {who: one.state for who, one in reports.items()} == dict.fromkeys(
            ("ada", "ben"), "graded"
        )
        assert room.totals() == {"ada": FULL, "ben": FULL / 2}
        for learner, marks in room.automatic().items():
            record = read_result(room.course, LESSON, learner)
            assert record is not None
            assert record["marks"] == marks
            assert given(room)[learner] == {k: v for k, v in marks.items() if v is not None}
            assert (room.course / "autograded" / learner / LESSON / f"{LESSON}.ipynb").is_file()
        assert set(reports["ben"].reasons) == {task.id for task in room.lesson.tasks}

    def test_a_worker_that_dies_costs_only_its_submission(self, room: Class) -> None:
        """One death is tried again; a second is a refusal with the reason, and nothing stops."""
        for learner in ("ada", "dies", "eve", "once", "zoe"):
            room.hands_in(learner)
        reports = room.grade()
        assert room.totals() == dict.fromkeys(("ada", "eve", "once", "zoe"), FULL)
        assert reports["dies"].state == "refused"
        assert "ended its worker 2 times (the worker ended with signal 9)" in reports["dies"].error
        assert sorted(room.worked()).count("dies") == 2
        assert sorted(room.worked()).count("once") == 2

    def test_a_worker_that_hangs_is_ended(self, room: Class) -> None:
        """A task over its time is tried once more and then refused."""
        for learner in ("ada", "hangs"):
            room.hands_in(learner)
        reports = room.grade(pool=LocalPool(2, seconds=1.0, function=SYNTHETIC))
        assert reports["ada"].state == "graded"
        assert "no answer came within 1 s" in reports["hangs"].error

    def test_what_cannot_be_read_is_refused_in_a_sentence(self, room: Class) -> None:
        """An empty folder and a worker's refusal name their reason; a bad time is only noted."""
        for learner in ("ada", "says", "tim"):
            room.hands_in(learner)
        room.submission("bob").mkdir(parents=True)
        (room.submission("tim") / "timestamp.txt").write_text("yesterday, I think")
        reports = room.grade()
        assert room.totals() == {"ada": FULL, "tim": FULL}
        assert f"{LESSON}.ipynb is missing" in reports["bob"].error
        assert reports["says"].error == "it says no."
        assert "timestamp.txt holds no time" in reports["tim"].notes[0]

    def test_a_refused_resubmission_leaves_the_earlier_marks(self, room: Class) -> None:
        """What was earned stays until something better can be read, and the report says so."""
        room.hands_in("ada")
        room.grade()
        shutil.rmtree(room.submission("ada"))
        room.submission("ada").mkdir()
        reports = room.grade()
        assert reports["ada"].state == "refused"
        assert "The marks of an earlier grading stand." in reports["ada"].error
        assert room.totals() == {"ada": FULL}

    def test_orders_carry_no_secret(self, room: Class, monkeypatch: pytest.MonkeyPatch) -> None:
        """What travels to a worker holds derived seeds and nothing of the course's key."""
        sent = []
        room.hands_in("ada")
        pool = LocalPool(1, function=SYNTHETIC)

        class Spy:
            def answers(self, tasks):
                tasks = list(tasks)
                sent.extend(task.packed for task in tasks)
                return pool.answers(iter(tasks))

        room.grade(pool=Spy())
        key = (room.course / ".rungs" / "course.key").read_bytes().strip()
        assert len(sent) == 1
        assert key not in sent[0]
        assert bytes.fromhex(key.decode()) not in sent[0]
        assert json.loads(sent[0].partition(b"\n")[0])["seeds"]


class TestNotTwice:
    """Nothing is run again while nothing has changed."""

    def test_only_what_changed_is_run(self, room: Class) -> None:
        """An unchanged submission is left alone, a changed one is run, `force` runs all."""
        room.hands_in("ada")
        room.hands_in("ben", "half")
        room.grade()
        room.hands_in("ben", "solved")
        reports = room.grade()
        assert {who: one.state for who, one in reports.items()} == {
            "ada": "unchanged",
            "ben": "graded",
        }
        assert room.totals() == {"ada": FULL, "ben": FULL}
        assert sorted(room.worked()) == ["ada", "ben", "ben"]
        room.grade(force=True)
        assert sorted(room.worked()) == ["ada", "ada", "ben", "ben", "ben"]
        assert len(log(room)) == 3

    def test_a_changed_judge_runs_all_again(
        self, room: Class, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another fingerprint of the judge, or other limits, make every order a new one."""
        room.hands_in("ada")
        room.grade()
        with monkeypatch.context() as patch:
            patch.setattr(batch, "judge_fingerprint", lambda lesson: "another")
            assert room.grade()["ada"].state == "graded"
            assert room.grade()["ada"].state == "unchanged"
        config = room.course / "nbgrader_config.py"
        config.write_text(config.read_text() + "\nc.ReplayAndJudge.cell_seconds = 7\n")
        assert room.grade()["ada"].state == "graded"
        assert room.grade()["ada"].state == "unchanged"

    @pytest.mark.parametrize("lost", ["gradebook", "autograded", "result"])
    def test_what_was_lost_since_is_made_again(self, room: Class, lost: str) -> None:
        """A gradebook from a back-up, a deleted folder or result is noticed and filled again."""
        backup = (room.course / "gradebook.db").read_bytes()
        room.hands_in("ada")
        room.grade()
        if lost == "gradebook":
            (room.course / "gradebook.db").write_bytes(backup)
        elif lost == "autograded":
            shutil.rmtree(room.course / "autograded")
        else:
            shutil.rmtree(room.course / ".rungs" / "results")
        assert room.grade()["ada"].state == "graded"
        assert room.totals() == {"ada": FULL}
        assert room.grade()["ada"].state == "unchanged"

    def test_two_runs_at_once_are_one_too_many(self, room: Class) -> None:
        """The second is refused in a sentence, and works once the first is over."""
        room.hands_in("ada")
        first = Classroom(room.course).batch(LESSON)
        with first.alone(), pytest.raises(SubmissionError, match="Another grading run"):
            room.grade()
        assert room.grade()["ada"].state == "graded"


KILLED = """
import os, signal, sys
from pathlib import Path
from autograder.grading import audit, batch, writer
from autograder.grading.classroom import Classroom
from autograder.grading.pool import LocalPool
from nbgrader.api import Gradebook
from tests.grading.classes import LESSON, SYNTHETIC

place, point, turn = sys.argv[1], sys.argv[2], int(sys.argv[3])
seen = 0

def die_at(name, function, before):
    def wrapped(*args, **kwargs):
        global seen
        if name == point:
            seen += 1
            if before and seen == turn:
                os.kill(os.getpid(), signal.SIGKILL)
        result = function(*args, **kwargs)
        if name == point and not before and seen == turn:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return wrapped

batch.Batch.commit = die_at("before anything", batch.Batch.commit, True)
batch.write_files = die_at("after the files", batch.write_files, False)
audit.MarkLog.add = die_at("after the log", audit.MarkLog.add, False)
writer.write_result = die_at("before the result", writer.write_result, True)
batch.store = die_at("after all", batch.store, False)
shutil_copy = writer.Path.replace
writer.Path.replace = die_at("amid the files", writer.Path.replace, True)
room = Classroom(Path(place))
for report in room.batch(LESSON).run(room.submitted(LESSON), LocalPool(2, function=SYNTHETIC)):
    pass
"""
POINTS = (
    ("before anything", 2),
    ("amid the files", 4),
    ("after the files", 2),
    ("after the log", 1),
    ("after the log", 3),
    ("before the result", 2),
    ("after all", 3),
)


class TestKilled:
    """A run that is killed resumes, and nobody can tell afterwards."""

    @pytest.mark.parametrize(("point", "turn"), POINTS)
    def test_no_mark_is_lost_or_doubled(self, room: Class, point: str, turn: int) -> None:
        """SIGKILL at this point of the nth submission; the next run completes the class."""
        learners = list(names(4))
        for number, learner in enumerate(learners):
            room.hands_in(learner, "solved" if number % 2 else "half")
        with python("-c", KILLED, str(room.course), point, str(turn)) as driver:
            out, _ = driver.communicate()
            assert driver.returncode == -signal.SIGKILL, out
        room.grade()
        expected = {who: FULL if n % 2 else FULL / 2 for n, who in enumerate(learners)}
        assert room.totals() == expected
        for learner, marks in given(room).items():
            assert sum(mark or 0 for mark in marks.values()) == expected[learner]
        assert {one.state for one in room.grade().values()} == {"unchanged"}
        parts = [p for p in room.course.rglob("*.part") if p.is_file()]
        assert [p for p in parts if "autograded" in p.parts] == []

    def test_workers_end_with_their_driver(self, room: Class) -> None:
        """No worker process outlives a killed run."""
        for learner in ("ada", "hangs"):
            room.hands_in(learner)
        script = KILLED.replace("    pass\n", "    print('graded', report.learner, flush=True)\n")
        with python("-c", script, str(room.course), "never", "1") as driver:
            line_of(driver, "graded ada")
            workers = children(driver.pid)
            assert len(workers) == 2
            driver.kill()
            driver.wait()
        for worker in workers:
            assert gone(worker)


def children(pid: int) -> list[int]:
    """List a process's children."""
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def gone(pid: int) -> bool:
    """Wait until a process that is not ours has ended, at most ten seconds."""
    import select

    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 10)[0])
    finally:
        os.close(handle)


class TestOneWriter:
    """Many workers, one writer, and formgrader at the same time."""

    @pytest.mark.slow
    def test_64_workers_and_a_marker_get_no_lock_error(self, room: Class) -> None:
        """64 worker processes answer into one gradebook that a person writes to meanwhile."""
        learners = list(names(128))
        for learner in learners:
            room.hands_in(learner)
        marking = (
            "import itertools, sys, time\nfrom nbgrader.api import Gradebook\n"
            "for count in itertools.count():\n"
            "    with Gradebook(sys.argv[1], 'rungs') as book:\n"
            "        book.update_or_create_student('marker', first_name=str(count))\n"
            "    print('marked', flush=True) if not count else time.sleep(0.05)\n"
        )
        with python("-c", marking, f"sqlite:///{room.course}/gradebook.db") as marker:
            line_of(marker, "marked")
            reports = room.grade(jobs=64)
            assert marker.poll() is None
        assert [one for one in reports.values() if one.state != "graded"] == []
        assert room.totals() == dict.fromkeys(learners, FULL)
        with room.gradebook() as book:
            written = book.db.execute(text("SELECT first_name FROM student WHERE id = 'marker'"))
            assert int(written.scalar_one()) > 10
