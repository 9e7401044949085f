"""Attacks on a class: by what is handed in, against the gradebook, the others and the pages."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder import content
from autograder.grading.batch import Report
from autograder.grading.classroom import Classroom
from autograder.judging.seeds import course_secret
from autograder.kernel import require_sandbox
from tests.attacks import seat
from tests.attacks.attack import CANARY, LESSON, MARKER
from tests.attacks.handed_in import FILE, HANDED_IN, RIGHT, SECRET_ANSWER, HandedIn, answered

NAMES = {one.name: f"eve{number:02}" for number, one in enumerate(HANDED_IN)}
VICTIM, LINKED, LAST = "ada", "mel", "zoe"


@dataclass(frozen=True)
class Class:
    """A course after grading: what was reported of each learner, and where it lies."""

    course: Path
    reports: dict[str, Report]

    def marks(self) -> dict[str, float]:
        """Read everybody's automatic marks from the gradebook."""
        return {mark.learner: mark.automatic for mark in Classroom(self.course).marks(LESSON)}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    """Grade a class of attackers between two honest learners, and write everybody's page."""
    require_sandbox()
    course = seat.open_course(tmp_path_factory.mktemp("a") / "course")
    victim = course / "submitted" / VICTIM / LESSON
    victim.mkdir(parents=True)
    secret = answered({**RIGHT, "total": SECRET_ANSWER})
    (victim / FILE).write_text(json.dumps(secret), encoding="utf-8")
    for one in HANDED_IN:
        folder = course / "submitted" / NAMES[one.name] / LESSON
        folder.mkdir(parents=True)
        one.make(folder, victim)
    (course / "submitted" / LINKED).mkdir()
    (course / "submitted" / LINKED / LESSON).symlink_to(victim)
    last = course / "submitted" / LAST / LESSON
    last.mkdir(parents=True)
    (last / FILE).write_text(json.dumps(answered(RIGHT)), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, content.use_root(course):
        patch.setenv("RUNGS_ROOT", str(course))  # for the processes that grade
        patch.setenv("RUNGS_TEST_SECRET", CANARY)
        room = Classroom(course)
        reports = {r.learner: r for r in room.grade(LESSON, room.submitted(LESSON), jobs=2)}
        room.feedback(LESSON)
        yield Class(course, reports)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("attack", HANDED_IN, ids=lambda one: one.name)
def test_what_is_handed_in_earns_what_is_honest_in_it(attack: HandedIn, graded: Class) -> None:
    """The report and the gradebook hold the marks of the answers alone, or a refusal."""
    report = graded.reports[NAMES[attack.name]]
    assert report.mark == attack.mark
    assert bool(report.error) == (attack.mark is None)
    assert graded.marks().get(report.learner, 0.0) == (attack.mark or 0.0)
    assert report.points in (0.0, 6.0)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_folder_that_is_a_link_is_refused(graded: Class) -> None:
    """Whoever links to another learner's folder gets none of its marks."""
    assert graded.reports[LINKED].error.startswith("the folder is a link")
    assert graded.marks().get(LINKED, 0.0) == 0.0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_honest_learners_beside_them_have_their_marks(graded: Class) -> None:
    """Before and after the attackers, everything is as it would be without them."""
    marks = graded.marks()
    assert {who: marks[who] for who in (VICTIM, LAST)} == {VICTIM: 4.0, LAST: 4.0}


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nobody_reads_what_is_not_theirs(graded: Class) -> None:
    """No file of another learner's, and no page, holds the victim's answer, a seed or the key."""
    key = course_secret(graded.course)
    record = json.loads(
        next((graded.course / ".rungs" / "results").rglob(f"{VICTIM}.json")).read_text()
    )
    seeds = [str(seed) for task in record["tasks"].values() for seed in task["seeds"]]
    assert len(seeds) == 6
    for tree in ("submitted", "autograded", "feedback"):
        for path in (graded.course / tree).rglob("*"):
            if path.is_file() and not path.is_symlink():
                text = path.read_bytes()
                assert key not in text, path
                assert VICTIM in path.parts or CANARY.encode() not in text, path
                if tree != "autograded":
                    assert not [seed for seed in seeds if seed.encode() in text], path
    own = graded.course / "feedback" / VICTIM / LESSON / f"{LESSON}.html"
    assert CANARY in own.read_text(encoding="utf-8")
    pages = list((graded.course / "feedback").rglob("*.html"))
    assert len(pages) == len([one for one in HANDED_IN if one.mark is not None]) + 2


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nothing_is_written_outside_or_survives(graded: Class) -> None:
    """No name with the marker appears, no process bears it, and what links named is untouched."""
    assert seat.survivors() == []
    places = (Path("/tmp"), graded.course, graded.course.parent, Path.home(), Path.cwd())
    assert [str(p) for place in places for p in place.glob(f"*{MARKER}*")] == []
    assert not list(graded.course.parent.rglob("evil.png"))
    assert len(course_secret(graded.course)) == 64
    assert os.path.getsize(graded.course / "submitted" / VICTIM / LESSON / FILE) > 1000
