"""A real run with real kernels that is killed: nothing goes on, nothing is lost."""

from __future__ import annotations

import os
import select
import subprocess
import time
from pathlib import Path

import pytest

from autograder.kernel import require_sandbox
from tests.instructor.desk import BIN, Desk, answered, open_desk, right_answers

LESSON = "11_price_an_answer"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.budget("engine")]
SLOW = "\nimport time as _time\n_time.sleep(8)\n"


def test_a_killed_run_leaves_no_process_and_is_completed(tmp_path: Path) -> None:
    """SIGKILL amid a submission: workers and kernels end with it, and the next run does the rest.

    The warm processes that kernels are forked from may take a moment to notice.
    """
    require_sandbox()
    desk = open_desk(tmp_path, LESSON)
    answers = right_answers(desk.lesson)
    desk.hand_in("ada", answered(desk.released(), answers))
    slow = answers | {"invoice": answers["invoice"] + SLOW}
    desk.hand_in("ben", answered(desk.released(), slow))
    command = [str(BIN / "rungs"), "grade", "11", "--jobs=2", "--json=-", f"--course={tmp_path}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        said = run.stdout.readline()
        assert '"learner": "ada"' in said
        started = descendants(run.pid)
        assert len(started) >= 4, "no worker and no kernel is at work"
        run.kill()
    assert [pid for pid in started if not gone(pid)] == []
    assert totals(desk) == {"ada": 26.0}
    again = desk.run("rungs", "grade", "11", "--jobs=2", f"--course={tmp_path}")
    assert "graded 1, partly graded 0, unchanged 1, refused 0" in again.text
    assert totals(desk) == {"ada": 26.0, "ben": 26.0}


def totals(desk: Desk) -> dict[str, float]:
    """Read everybody's automatic total."""
    marks = desk.automatic()
    return {who: sum(mark or 0 for mark in cells.values()) for who, cells in marks.items()}


def descendants(pid: int) -> list[int]:
    """List the processes below one, as far down as there are any."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [below for child in map(int, children) for below in (child, *descendants(child))]


def gone(pid: int) -> bool:
    """Wait until a process has ended, at most fifteen seconds."""
    deadline = time.monotonic() + 15
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], deadline - time.monotonic())[0])
    finally:
        os.close(handle)
