"""Attacks on the exchange, where every account can make a folder of any name."""

from __future__ import annotations

import json
import os
import pwd
import shutil
from pathlib import Path

import pytest

from autograder import content
from autograder.grading.classroom import Classroom
from tests.attacks import seat
from tests.attacks.attack import CANARY, LESSON
from tests.attacks.handed_in import FILE, RIGHT, WRONG, answered

ME = pwd.getpwuid(os.geteuid()).pw_name
WHEN = "2026-03-01 10:00:00.000000 UTC"
LATER = "2026-03-02 10:00:00.000000 UTC"


def test_nobody_hands_in_for_another_or_stops_the_collection(tmp_path: Path) -> None:
    """Only the account's own submission comes in, whatever lies around it."""
    course = seat.open_course(tmp_path / "course")
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / FILE).write_text(CANARY)
    with content.use_root(course):
        room = Classroom(course)
        room.release(LESSON)
        inbound = course / ".rungs" / "exchange" / "rungs" / "inbound"
        own = inbound / f"{ME}+{LESSON}+{WHEN}+abc"
        for folder, answers in ((own, RIGHT), (inbound / f"ada+{LESSON}+{WHEN}+abc", WRONG)):
            folder.mkdir()
            (folder / FILE).write_text(json.dumps(answered(answers)))
            (folder / "timestamp.txt").write_text(WHEN)
        for name in (
            f"..+{LESSON}+{WHEN}+x",
            f".+{LESSON}+{WHEN}+x",
            f"-rf+{LESSON}+{WHEN}+x",
            f"+{LESSON}+{WHEN}+x",
            f"{ME}+{LESSON}+no time at all+x",
            f"{ME}+{LESSON}+99999-99-99",
            f"a+b+c+{LESSON}+x",
        ):
            shutil.copytree(own, inbound / name)
        (inbound / f"bo+{LESSON}+{WHEN}+x").symlink_to(secret)
        before = sorted(p.name for p in course.iterdir())
        collected = room.collect(LESSON)
    assert collected == [ME]
    assert sorted(p.name for p in course.iterdir()) == sorted({*before, "submitted"})
    assert sorted(p.name for p in (course / "submitted").iterdir()) == [ME]
    text = (course / "submitted" / ME / LESSON / FILE).read_text()
    assert json.loads(text) == answered(RIGHT)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another account")
def test_a_later_folder_of_another_account_displaces_nothing(tmp_path: Path) -> None:
    """A newer submission in a learner's name, by somebody else, leaves the learner's own."""
    course = seat.open_course(tmp_path / "course")
    with content.use_root(course):
        room = Classroom(course)
        room.release(LESSON)
        inbound = course / ".rungs" / "exchange" / "rungs" / "inbound"
        for when, owner, answers in ((WHEN, 0, RIGHT), (LATER, 65534, WRONG)):
            folder = inbound / f"{ME}+{LESSON}+{when}+abc"
            folder.mkdir()
            (folder / FILE).write_text(json.dumps(answered(answers)))
            (folder / "timestamp.txt").write_text(when)
            os.chown(folder, owner, owner)
        assert room.collect(LESSON) == [ME]
    text = (course / "submitted" / ME / LESSON / FILE).read_text()
    assert json.loads(text) == answered(RIGHT)
