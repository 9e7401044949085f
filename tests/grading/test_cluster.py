"""Grading on a real Dask cluster: a scheduler and worker processes of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from autograder.errors import SubmissionError
from autograder.grading.classroom import Classroom
from autograder.grading.cluster import Cluster
from tests.grading.classes import LESSON, SYNTHETIC, Class, line_of, names, python

FULL = 26.0
pytestmark = pytest.mark.slow


@pytest.fixture
def cluster(room: Class) -> Iterator[tuple[str, list]]:
    """Start a scheduler and three workers; give its address and the workers."""
    with ExitStack() as stack:
        scheduler = stack.enter_context(
            python(
                "-m",
                "distributed.cli.dask_scheduler",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--no-dashboard",
            )
        )
        address = line_of(scheduler, "Scheduler at:").split()[-1]
        command = ("-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny")
        options = ("--no-dashboard", "--local-directory", str(room.course / "home"))
        workers = [
            stack.enter_context(python(*command, *options, RUNGS_TEST_SECONDS="0.05"))
            for _ in range(3)
        ]
        for worker in workers:
            line_of(worker, "Registered to:")
        yield address, workers


def test_a_worker_that_is_killed_costs_no_mark(room: Class, cluster: tuple[str, list]) -> None:
    """Three workers, one killed amid its work: everybody is graded; a refusal stays one."""
    address, workers = cluster
    learners = list(names(24))
    for learner in learners:
        room.hands_in(learner)
    room.hands_in("says")
    reports = {}
    running = Classroom(room.course).batch(LESSON)
    for report in running.run(["says", *learners], Cluster(address, function=SYNTHETIC)):
        reports[report.learner] = report
        if len(reports) == 4:
            workers[0].kill()
    assert reports.pop("says").error == "it says no."
    assert {one.state for one in reports.values()} == {"graded"}
    assert room.totals() == dict.fromkeys(learners, FULL)


def test_no_scheduler_is_one_sentence(room: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address where nobody answers, and a machine without Dask, say what to do."""
    room.hands_in("ada")
    monkeypatch.setattr("autograder.grading.cluster._WAIT_SECONDS", 1)
    with pytest.raises(SubmissionError, match="do not answer"):
        room.grade(pool=Cluster("tcp://127.0.0.1:9", function=SYNTHETIC))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SubmissionError, match="pip install distributed"):
        room.grade(pool=Cluster("tcp://127.0.0.1:9", function=SYNTHETIC))
