"""A class of 3,000 through one writer; run by `make bench`, which prints the figures.

The driver, the worker processes, the gradebook, the files and the log are the
real ones. What a worker computes is not: it answers at once from the text of
the notebook (`tests.grading.synthetic`), so the figures are what a submission
costs beside its own cells and judges.
"""

from __future__ import annotations

import resource
import shutil
import time
from itertools import pairwise
from pathlib import Path

import pytest

from autograder.grading.classroom import Classroom
from autograder.grading.pool import LocalPool
from tests.grading import synthetic
from tests.grading.classes import LESSON, ROOT, SYNTHETIC, names, template

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]
COUNT = 3_000
PART = 500


def test_3000_submissions_take_linear_time_and_flat_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last 500 cost at most 10 % more than the second 500, and no more memory.

    The cost is the driver's computing, which does not depend on what else runs here.
    """
    monkeypatch.setenv(synthetic.LOG, str(tmp_path / "worked"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    room = template(tmp_path / "course")
    first, *others = names(COUNT)
    room.hands_in(first, memo="text")
    for learner in others:
        shutil.copytree(room.submission(first), room.submission(learner))
    classroom = Classroom(room.course)
    learners = classroom.submitted(LESSON)
    stamps, held, started = [time.process_time()], [_held()], time.perf_counter()
    pool = LocalPool(8, function=SYNTHETIC)
    for count, report in enumerate(classroom.batch(LESSON).run(learners, pool), 1):
        assert report.state == "graded"
        if count % PART == 0:
            stamps.append(time.process_time())
            held.append(_held())
    wall = time.perf_counter() - started
    parts = [after - before for before, after in pairwise(stamps)]
    started = time.perf_counter()
    states = {report.state for report in classroom.batch(LESSON).run(learners, pool)}
    again = time.perf_counter() - started
    assert states == {"unchanged"}
    assert room.totals() == dict.fromkeys(learners, 26.0)
    with capsys.disabled():
        print(f"\n{COUNT} light submissions: {wall:.0f} s, {_ms(wall / COUNT)} each")
        print("driver computes, each 500:", ", ".join(f"{part:.1f} s" for part in parts))
        print("driver holds:", ", ".join(f"{size:.0f} MB" for size in held))
        print(f"all unchanged: {again:.0f} s, {_ms(again / COUNT)} each")
    assert parts[-1] <= 1.1 * parts[1]
    assert held[-1] <= held[2] + 20


def _held() -> float:
    """Return this process's resident memory in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms"
