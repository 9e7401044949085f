"""Every competency says what it rests on, and never more than the course holds."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from autograder import career
from autograder.career.coverage import STANDINGS, matrix
from autograder.career.plan import Plan
from autograder.cli import main
from autograder.manifest import read_course

COURSE = """\
course: {title: Rungs, version: "1"}
lessons:
  - id: 16_find_the_passage
    title: Find the passage
    rung: ai_engineer
    minutes: 95
    tasks:
      - {id: bm25, points: 4, competencies: [C037]}
      - {id: rank_passages, points: 4, competencies: [C037, C044]}
    written: [{id: memo, points: 4, competencies: [C044, C216]}]
  - id: 17_hybrid_filter_rerank
    title: Fuse, filter, rerank
    rung: ai_engineer
    minutes: 80
    status: draft
    tasks: [{id: fuse, points: 4, competencies: [C039]}]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Write a course in which one lesson stands and one is a draft."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "course.yaml").write_text(COURSE, encoding="utf-8")
    return tmp_path


def test_code_comes_before_a_person_and_a_draft_counts_for_nothing(root: Path) -> None:
    """What stands is graded or by rubric; taught rows give their reason; the rest is planned."""
    plan = Plan(read_course(root / "notebooks" / "course.yaml"), career.planned_lessons())
    lines = {line.row.id: line for line in matrix(plan, career.competencies())}
    lesson = "16_find_the_passage"
    assert len(lines) == 242
    assert lines["C037"].tasks == {lesson: ("bm25", "rank_passages")}
    assert lines["C044"].tasks == {lesson: ("rank_passages", "memo")}
    assert [lines[c].standing for c in ("C037", "C044", "C216", "C039")] == [
        "graded",
        "graded",
        "rubric",
        "planned",
    ]
    taught = [line for line in lines.values() if line.standing == "taught"]
    assert taught
    assert all(line.row.reason for line in taught)


def test_the_command_filters_and_writes_csv(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--standing` keeps its rows; CSV is one row a competency, with lesson and tasks."""
    assert main(["coverage", "--root", str(root), "--standing", "rubric", "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["id"], row["lesson"], row["tasks"]) for row in rows] == [
        ("C216", "16_find_the_passage", "memo")
    ]
    assert main(["coverage", "--root", str(root), "--rung", "staff"]) == 0
    staff = [row for row in career.competencies() if row.rung == "staff"]
    assert f"{len(staff)} competencies: 0 {STANDINGS['graded']}" in capsys.readouterr().out


def test_every_graded_claim_of_the_course_is_a_row_of_the_plan() -> None:
    """Nothing that the plan calls taught only is claimed by a task that code decides."""
    course = read_course(Path(__file__).resolve().parents[2] / "notebooks" / "course.yaml")
    lines = matrix(Plan(course, career.planned_lessons()), career.competencies())
    assert [line.row.id for line in lines if line.graded and line.row.assessed == "taught"] == []
