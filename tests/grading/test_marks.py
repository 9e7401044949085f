"""What is stored beside the automatic mark: manual marks, late penalties, the log, exports."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import ContentError
from autograder.grading import batch
from autograder.grading.audit import Change, MarkLog
from autograder.grading.classroom import Classroom
from autograder.grading.pool import LocalPool
from autograder.grading.regrade import Regrade
from autograder.plugins import LatePolicy
from tests.grading.classes import LESSON, SYNTHETIC, WRITTEN, Class

DAY = 86_400.0


def mark_by_hand(room: Class, learner: str, **marks: float) -> None:
    """Mark cells as formgrader does."""
    with room.gradebook() as book:
        for cell, score in marks.items():
            grade = book.find_grade(cell.replace("__", "-"), LESSON, LESSON, learner)
            grade.manual_score, grade.needs_manual_grade = score, False
        book.db.commit()


def grade(room: Class, learner: str, cell: str) -> Any:
    """Read one grade: automatic, manual, and whether a person is asked to look."""
    with room.gradebook() as book:
        found = book.find_grade(cell, LESSON, LESSON, learner)
        return found.auto_score, found.manual_score, found.needs_manual_grade


class TestByHand:
    """A person's mark stands; they are asked to look again where its reason is gone."""

    def test_a_rewritten_answer_is_shown_again(self, room: Class) -> None:
        """The mark stays, the answer waits, and it goes on waiting until somebody looked."""
        room.hands_in("ada", memo="first")
        room.grade()
        assert grade(room, "ada", WRITTEN) == (None, None, True)
        mark_by_hand(room, "ada", **{WRITTEN: 6.0})
        room.grade(force=True)
        assert grade(room, "ada", WRITTEN) == (None, 6.0, False)
        room.hands_in("ada", memo="second")
        room.grade()
        assert grade(room, "ada", WRITTEN) == (None, 6.0, True)
        room.grade(force=True)
        assert grade(room, "ada", WRITTEN) == (None, 6.0, True)
        mark_by_hand(room, "ada", **{WRITTEN: 7.0})
        room.grade(force=True)
        assert grade(room, "ada", WRITTEN) == (None, 7.0, False)

    def test_code_that_changed_elsewhere_asks_nobody(self, room: Class) -> None:
        """Another answer's new text leaves a marked memo alone."""
        room.hands_in("ada", "half", memo="text")
        room.grade()
        mark_by_hand(room, "ada", **{WRITTEN: 6.0, "check-invoice": 3.5})
        room.hands_in("ada", "solved", memo="text")
        room.grade()
        assert grade(room, "ada", WRITTEN) == (None, 6.0, False)
        assert grade(room, "ada", "check-invoice") == (4.0, 3.5, True)


class TestLate:
    """What a day costs."""

    @pytest.mark.parametrize(
        ("late", "policy", "taken"),
        [
            (DAY, {}, None),
            (DAY, {"percent_per_day": 10.0}, 2.0),
            (DAY + 1, {"percent_per_day": 10.0}, 4.0),
            (7_200.0, {"percent_per_day": 10.0, "grace_hours": 2.0}, None),
            (7_201.0, {"percent_per_day": 10.0, "grace_hours": 2.0}, 2.0),
            (30 * DAY, {"percent_per_day": 10.0}, 20.0),
            (30 * DAY, {"percent_per_day": 10.0, "floor_percent": 40.0}, 12.0),
        ],
    )
    def test_the_rule(self, late: float, policy: dict[str, float], taken: float | None) -> None:
        """Days begun after the grace period count, down to the floor."""
        assert LatePolicy(**policy).late_submission_penalty("ada", 20.0, late) == taken

    def test_a_penalty_follows_the_marks(self, room: Class) -> None:
        """It is part of the total, grows with a mark by hand, and goes with an extension."""
        config = room.course / "nbgrader_config.py"
        config.write_text(config.read_text() + "\nc.LatePolicy.percent_per_day = 10\n")
        due = datetime(2026, 10, 1, 12)
        with room.gradebook() as book:
            book.find_assignment(LESSON).duedate = due
            book.db.commit()
        room.hands_in("ada", memo="text")
        late = due + timedelta(hours=30)
        (room.submission("ada") / "timestamp.txt").write_text(f"{late:%Y-%m-%d %H:%M:%S} UTC")
        room.grade()
        assert penalty(room) == pytest.approx(5.2)
        mark_by_hand(room, "ada", **{WRITTEN: 8.0})
        assert room.grade()["ada"].state == "unchanged"
        assert penalty(room) == pytest.approx(6.8)
        with room.gradebook() as book:
            book.grant_extension(LESSON, "ada", days=3)
        Classroom(room.course).export(room.course / "marks.csv")
        assert penalty(room) == 0.0
        told = [line for line in MarkLog(room.course).lines() if line["why"] == "late penalty"]
        assert [line["to"] for line in told] == [pytest.approx(5.2), pytest.approx(6.8), None]


def penalty(room: Class) -> float:
    """Read Ada's penalty."""
    with room.gradebook() as book:
        return float(book.find_submission(LESSON, "ada").late_submission_penalty)


class TestRegrade:
    """Look first, then store."""

    def test_nothing_moves_before_somebody_says_so(
        self, room: Class, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A changed judge: whose marks would move and why, then exactly that, then none."""
        for learner, answer in (("ada", "solved"), ("ben", "half"), ("dora", "wrong")):
            room.hands_in(learner, answer, memo="text")
        room.grade()
        mark_by_hand(room, "ben", **{"check-invoice": 3.0, WRITTEN: 5.0})
        before = room.automatic()
        monkeypatch.setattr(batch, "judge_fingerprint", lambda lesson: "strict")
        regrade = regrading(room)
        assert room.automatic() == before
        moves = {(m.learner, m.change.cell): m for m in regrade.moves()}
        assert {learner for learner, _ in moves} == {"ben"}
        invoice = moves["ben", "check-invoice"]
        assert invoice.change == Change("check-invoice", 2.0, 0.0, "not solved")
        assert invoice.by_hand
        assert not moves["ben", "check-price_call"].by_hand
        assert regrade.commit() == 3
        assert room.totals() == {"ada": 26.0, "ben": 0.0, "dora": 0.0}
        assert grade(room, "ben", "check-invoice") == (0.0, 3.0, True)
        assert grade(room, "ben", WRITTEN) == (None, 5.0, False)
        last = list(MarkLog(room.course).lines())[-1]
        assert (last["why"], last["learner"], last["judge"]) == ("rungs regrade", "ben", "strict")
        assert regrading(room).moves() == []

    def test_a_look_is_not_paid_twice(self, room: Class, monkeypatch: pytest.MonkeyPatch) -> None:
        """What a dry run computed is what `--yes` stores, without running it again."""
        room.hands_in("ada", "half")
        room.grade()
        monkeypatch.setattr(batch, "judge_fingerprint", lambda lesson: "strict")
        regrading(room)
        count = len(room.worked())
        again = regrading(room)
        assert len(room.worked()) == count
        assert again.commit() == 1
        assert room.totals() == {"ada": 0.0}
        assert room.grade()["ada"].state == "unchanged"


def regrading(room: Class) -> Regrade:
    """Compute a regrade of everybody."""
    classroom = Classroom(room.course)
    regrade = Regrade(classroom.batch(LESSON, force=True, why="rungs regrade"))
    pool = LocalPool(2, function=SYNTHETIC)
    assert {r.state for r in regrade.compute(classroom.submitted(LESSON), pool)} <= {
        "graded",
        "unchanged",
    }
    return regrade


class TestLog:
    """The log survives what tears it."""

    def test_a_torn_line_spoils_no_other(self, tmp_path: Path) -> None:
        """Half a line at the end is left behind; what comes after is whole."""
        log = MarkLog(tmp_path)
        with log.held():
            log.add("test", {"lesson": LESSON, "learner": "ada"}, [Change("a", None, 1.0)])
        path = tmp_path / ".rungs" / "marks.jsonl"
        with path.open("ab") as file:
            file.write(b'{"id": "half')
        with log.held():
            assert log.last() is None
            log.add("test", {"lesson": LESSON, "learner": "ben"}, [Change("a", 1.0, 2.0)])
        assert [line["learner"] for line in log.lines()] == ["ada", "ben"]
        assert path.stat().st_mode & 0o777 == 0o600
        assert {"id", "when", "who", "why"} <= set(next(log.lines()))


class TestExports:
    """What other systems read."""

    @pytest.fixture
    def marked(self, room: Class) -> Class:
        """Grade two of three learners; one has a name that a spreadsheet would run."""
        roster = room.course / "class.csv"
        roster.write_text(
            "id,first_name,last_name,email,lms_user_id\n"
            "ada,Ada,Byron,ada@example.org,71\n"
            "ben,=1+1,Babbage,ben@example.org,72\n"
            "cho,Cho,Chang,cho@example.org,73\n"
        )
        Classroom(room.course).enrol(roster)
        room.hands_in("ada", "solved", memo="text")
        room.hands_in("ben", "half", memo="text")
        room.grade()
        mark_by_hand(room, "ada", **{WRITTEN: 6.5})
        return room

    def test_canvas(self, marked: Class) -> None:
        """Canvas's columns, its row of points, a score for each that has one."""
        path = marked.course / "canvas.csv"
        Classroom(marked.course).export(path, "canvas")
        title = marked.lesson.title
        with path.open(newline="") as file:
            header, points, *rows = csv.reader(file)
        assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
        assert points == ["    Points Possible", "", "", "", "", "34"]
        assert rows == [
            ["Babbage, =1+1", "72", "", "ben", "", "13"],
            ["Byron, Ada", "71", "", "ada", "", "32.5"],
            ["Chang, Cho", "73", "", "cho", "", ""],
        ]

    def test_moodle(self, marked: Class) -> None:
        """Moodle's columns; no cell starts a formula."""
        path = marked.course / "moodle.csv"
        Classroom(marked.course).export(path, "moodle", ["11"])
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0])[:4] == ["First name", "Last name", "ID number", "Email address"]
        assert [(r["ID number"], r[marked.lesson.title]) for r in rows] == [
            ("ben", "13"),
            ("ada", "32.5"),
            ("cho", ""),
        ]
        assert rows[0]["First name"] == "'=1+1"

    def test_gradescope(self, marked: Class) -> None:
        """One results.json a learner: scores, points, cards, and no seed."""
        folder = marked.course / "gradescope"
        Classroom(marked.course).export(folder, "gradescope")
        assert sorted(p.parent.name for p in folder.glob("*/*/results.json")) == ["ada", "ben"]
        text = (folder / LESSON / "ada" / "results.json").read_text()
        results = json.loads(text)
        assert results["score"] == 32.5
        assert {test["name"] for test in results["tests"]} >= {"invoice", WRITTEN}
        invoice = next(test for test in results["tests"] if test["name"] == "invoice")
        assert (invoice["score"], invoice["max_score"], invoice["status"]) == (4.0, 4.0, "passed")
        assert invoice["output"] == "card of check-invoice"
        assert "seeds" not in text


def test_a_limit_that_is_none_is_named(room: Class) -> None:
    """A misspelt limit in the configuration is not passed over."""
    config = room.course / "nbgrader_config.py"
    config.write_text(config.read_text() + '\nc.ReplayAndJudge.limits = {"memory": 1}\n')
    with pytest.raises(ContentError, match="memory, which is no limit. The limits are: call_sec"):
        Classroom(room.course).batch(LESSON)


class TestResubmission:
    """The last counts, or by the class's choice the best."""

    def hands_in_at(self, room: Class, answer: str, hour: int) -> None:
        """Submit for Ada at an hour of one day."""
        room.hands_in("ada", answer, memo=f"at {hour}")
        (room.submission("ada") / "timestamp.txt").write_text(f"2026-10-01 {hour:02}:00:00 UTC")

    def test_the_last_counts_by_default(self, room: Class) -> None:
        """A worse resubmission lowers the mark."""
        self.hands_in_at(room, "solved", 8)
        room.grade()
        self.hands_in_at(room, "half", 9)
        room.grade()
        assert room.totals() == {"ada": 13.0}

    def test_the_best_counts_where_a_class_says_so(
        self, room: Class, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A worse one changes nothing and is run once; an equal or better one takes over."""
        config = room.course / "nbgrader_config.py"
        config.write_text(config.read_text() + '\nc.SaveOfficialMarks.keep = "best"\n')
        self.hands_in_at(room, "half", 8)
        room.grade()
        self.hands_in_at(room, "wrong", 9)
        report = room.grade()["ada"]
        assert (report.mark, room.totals()) == (13.0, {"ada": 13.0})
        assert report.notes[-1] == "A later submission earned 0; this earlier one, with 13, counts."
        assert "# half" in executed(room)
        assert room.grade()["ada"].state == "unchanged"
        assert timestamp(room) == datetime(2026, 10, 1, 8)
        assert len(room.worked()) == 2
        self.hands_in_at(room, "solved", 10)
        assert room.grade()["ada"].mark == 26.0
        assert "# solved" in executed(room)
        assert timestamp(room) == datetime(2026, 10, 1, 10)
        assert room.grade()["ada"].state == "unchanged"

    def test_a_changed_judge_marks_the_kept_one_anew(
        self, room: Class, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What counted loses its points, so the later one, which is as good now, takes over."""
        config = room.course / "nbgrader_config.py"
        config.write_text(config.read_text() + '\nc.SaveOfficialMarks.keep = "best"\n')
        self.hands_in_at(room, "half", 8)
        room.grade()
        self.hands_in_at(room, "wrong", 9)
        room.grade()
        monkeypatch.setattr(batch, "judge_fingerprint", lambda lesson: "strict")
        moves = regrading(room).moves()
        assert {(m.learner, m.change.after) for m in moves} == {("ada", 0.0)}
        assert room.grade()["ada"].mark == 0.0
        assert "# wrong" in executed(room)
        assert room.grade()["ada"].state == "unchanged"

    def test_lateness_is_part_of_what_is_best(self, room: Class) -> None:
        """A better answer that lost more by being late does not take over."""
        config = room.course / "nbgrader_config.py"
        best = 'c.SaveOfficialMarks.keep = "best"\nc.LatePolicy.percent_per_day = 60\n'
        config.write_text(config.read_text() + best)
        with room.gradebook() as book:
            book.find_assignment(LESSON).duedate = datetime(2026, 10, 1, 8, 30)
            book.db.commit()
        self.hands_in_at(room, "half", 8)
        room.grade()
        self.hands_in_at(room, "solved", 9)
        assert "earned 10.4; this earlier one, with 13" in room.grade()["ada"].notes[-1]
        assert room.totals() == {"ada": 13.0}
        assert penalty(room) == 0.0


def executed(room: Class) -> str:
    """Read Ada's executed notebook."""
    return (room.course / "autograded" / "ada" / LESSON / f"{LESSON}.ipynb").read_text()


def timestamp(room: Class) -> datetime:
    """Read when Ada handed in what counts."""
    with room.gradebook() as book:
        found: datetime = book.find_submission(LESSON, "ada").timestamp
        return found
