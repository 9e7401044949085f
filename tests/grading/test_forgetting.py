"""The commands that the instructors' page gives for deleting a learner delete that learner."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from autograder.grading.handed import on_exchange
from tests.grading.classes import LESSON, ROOT, Class
from tests.instructor.desk import BIN

PAGE = ROOT / "book" / "instructors" / "privacy.md"
GONE, STAYS = "zqx7", "wvk4"


def commands(learner: str) -> str:
    """Return the block of commands on the page, about this learner."""
    section = PAGE.read_text(encoding="utf-8").partition("## Delete one learner")[2]
    found = re.search(r"```shell\n(.*?)```", section, flags=re.DOTALL)
    assert found is not None
    return re.sub(r"\bann\b", learner, found[1])


def traces(course: Path, learner: str) -> set[str]:
    """List what is named after a learner or names one, the course's own files aside."""
    files = (p for p in course.rglob("*") if "notebooks" not in p.relative_to(course).parts)
    return {
        str(path.relative_to(course))
        for path in files
        if learner in path.name or (path.is_file() and learner.encode() in path.read_bytes())
    }


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_a_deleted_learner_is_only_in_the_log_and_nobody_else_is_touched(room: Class) -> None:
    """Gradebook, hand-in, results, kept submission and packs are gone; the log is append-only."""
    config = room.course / "nbgrader_config.py"
    keep_best = '\nc.SaveOfficialMarks.keep = "best"\n'
    config.write_text(config.read_text(encoding="utf-8") + keep_best, encoding="utf-8")
    for learner in (GONE, STAYS):
        room.hands_in(learner)
        pack = on_exchange(room.course / ".rungs" / "exchange" / "rungs", LESSON)(learner)
        pack.mkdir(parents=True)
    room.grade()
    before = {learner: traces(room.course, learner) for learner in (GONE, STAYS)}
    kept = {f".rungs/kept/{LESSON}/{GONE}.marked", f".rungs/results/{LESSON}/{GONE}.json"}
    assert kept <= before[GONE]
    subprocess.run(
        ["bash", "-euc", commands(GONE)],
        cwd=room.course,
        env=os.environ | {"PATH": os.pathsep.join([str(BIN), os.environ["PATH"]])},
        check=True,
    )
    assert traces(room.course, GONE) == {".rungs/marks.jsonl"}
    assert traces(room.course, STAYS) == before[STAYS]
