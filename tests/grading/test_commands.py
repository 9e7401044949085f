"""`rungs grade`, `regrade` and `export` as a person types them, with light workers."""

from __future__ import annotations

import json

import pytest

from autograder import cli
from autograder.grading import batch, pool
from autograder.grading.audit import MarkLog
from autograder.grading.results import read_result
from tests.grading.classes import LESSON, SYNTHETIC, Class


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers of this machine answer at once, and the terminal be wide."""
    monkeypatch.setattr(
        "autograder.cli.grade.local_pool",
        lambda limits, jobs: pool.LocalPool(jobs or 2, function=SYNTHETIC),
    )
    monkeypatch.setenv("COLUMNS", "200")


def rungs(room: Class, *arguments: str) -> int:
    """Run a command on this class."""
    return cli.main([*arguments, "--course", str(room.course)])


def test_grade_tells_people_and_programs(room: Class, capsys: pytest.CaptureFixture[str]) -> None:
    """A table, a line of counts, a JSON object a submission, and 1 for a refusal."""
    for learner, answer in (("ada", "solved"), ("ben", "half"), ("says", "solved")):
        room.hands_in(learner, answer, memo="text")
    file = room.course / "out.jsonl"
    assert rungs(room, "grade", "11", "--json", str(file), "--jobs", "2") == 1
    said = capsys.readouterr().out
    assert "graded 2, partly graded 0, unchanged 0, refused 1; 2 written answers wait" in said
    assert "refused: it says no." in said
    assert "invoice: not solved" in said
    reports = {one["learner"]: one for one in map(json.loads, file.read_text().splitlines())}
    assert {who: one["state"] for who, one in reports.items()} == {
        "ada": "graded",
        "ben": "graded",
        "says": "refused",
    }
    assert reports["ben"]["reasons"]["invoice"] == "not solved"
    assert reports["ada"]["changes"][0]["before"] is None
    assert rungs(room, "grade", "11", "--student", "ada") == 0
    assert "unchanged 1" in capsys.readouterr().out


def test_no_sandbox_is_said_loudly(
    room: Class, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a sandbox nothing is graded; with `--unsafe` output, table and result say so."""
    from autograder.errors import SandboxUnavailable

    def none() -> None:
        raise SandboxUnavailable("Nothing was graded: no sandbox here.")

    monkeypatch.setattr("autograder.cli.grade.require_sandbox", none)
    room.hands_in("ada")
    assert rungs(room, "grade", "11") == 1
    assert "Nothing was graded" in capsys.readouterr().err
    assert room.worked() == []
    assert rungs(room, "grade", "11", "--unsafe") == 0
    said = capsys.readouterr().out
    assert "UNSAFE: there is no sandbox." in said
    assert "UNSAFE, graded" in said
    record = read_result(room.course, LESSON, "ada")
    assert record is not None
    assert record["unsafe"] is True
    assert [line["unsafe"] for line in MarkLog(room.course).lines()] == [True]


def test_regrade_asks_before_it_stores(
    room: Class, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dry run and a run without an answer store nothing; `--yes` does, and says how many."""
    room.hands_in("ada", "solved")
    room.hands_in("ben", "half")
    assert rungs(room, "grade", "11") == 0
    monkeypatch.setattr(batch, "judge_fingerprint", lambda lesson: "strict")
    capsys.readouterr()
    for more in ("--dry-run",), ():
        assert rungs(room, "regrade", "11", *more) == 0
        said = capsys.readouterr().out
        assert f"{len(room.lesson.tasks)} marks of 1 learners would move" in said
        assert "Nothing was stored." in said
        assert room.totals() == {"ada": 26.0, "ben": 13.0}
    assert rungs(room, "regrade", "11", "--yes") == 0
    assert "Stored 2 submissions" in capsys.readouterr().out
    assert room.totals() == {"ada": 26.0, "ben": 0.0}


def test_export_says_where_the_file_is(room: Class, capsys: pytest.CaptureFixture[str]) -> None:
    """nbgrader's CSV by default."""
    room.hands_in("ada", "half")
    assert rungs(room, "grade", "11") == 0
    target = room.course / "marks.csv"
    assert rungs(room, "export", "--to", str(target)) == 0
    assert f"Marks are in {target}." in capsys.readouterr().out.replace("\n", " ")
    assert target.read_text().splitlines()[1].endswith("13.0,0.0,13.0,34.0")
