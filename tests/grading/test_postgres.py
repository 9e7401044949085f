"""A gradebook in PostgreSQL: a real server, started for the test and gone after it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.authoring.gradebook import agree
from autograder.grading.audit import MarkLog
from autograder.grading.classroom import Classroom
from tests.grading.classes import LESSON, Class, names

FULL = 26.0
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a server on a socket in a folder of its own; give the URL of an empty database."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert programs, "Debian's package postgresql is missing: make system"
    place = Path(tempfile.mkdtemp(prefix="rungs-pg-"))
    # The server refuses to run as root, so as root it runs as somebody else.
    owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    shutil.chown(place, owner)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs[-1] / program), *arguments]
        done = subprocess.run(
            command,
            cwd=place,
            user=owner if os.geteuid() == 0 else None,
            text=True,
            capture_output=True,
            check=False,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )
        assert done.returncode == 0, done.stdout + done.stderr

    data = str(place / "data")
    run("initdb", "-D", data, "-U", "rungs", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-k {place} -c listen_addresses='' -c fsync=off"
    run("pg_ctl", "-D", data, "-w", "-l", str(place / "log"), "-o", options, "start")
    try:
        run("createdb", "-h", str(place), "-U", "rungs", "gradebook")
        yield f"postgresql+pg8000://rungs@/gradebook?unix_sock={place}/.s.PGSQL.5432"
    finally:
        run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(place)


def test_a_class_is_graded_into_postgresql(room: Class, server: str) -> None:
    """Marks, an unchanged run, a resubmission and a manual mark behave as in SQLite."""
    (room.course / "gradebook.db").unlink()
    config = room.course / "nbgrader_config.py"
    config.write_text(config.read_text() + f"\nc.CourseDirectory.db_url = {server!r}\n")
    assert agree(room.course, [LESSON]).refused == []
    for learner in names(6):
        room.hands_in(learner, "half", memo="text")
    assert {one.state for one in room.grade().values()} == {"graded"}
    assert {one.state for one in room.grade().values()} == {"unchanged"}
    classroom = Classroom(room.course)
    with classroom.gradebook() as book:
        assert book.engine.dialect.name == "postgresql"
        book.find_grade("check-invoice", LESSON, LESSON, "learner0001").manual_score = 1.5
        book.db.commit()
    room.hands_in("learner0001", "solved", memo="text")
    assert room.grade()["learner0001"].state == "graded"
    marks = {mark.learner: mark for mark in classroom.marks(LESSON)}
    assert [marks[who].automatic for who in names(6)] == [13.0, FULL, 13.0, 13.0, 13.0, 13.0]
    assert marks["learner0001"].manual == 1.5
    assert marks["learner0001"].waiting == 2
    assert len([line for line in MarkLog(room.course).lines() if line["changes"]]) == 7
