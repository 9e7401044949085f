"""Attacks from inside a called function gain nothing, see nothing and cost only their own task."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder import content
from autograder.judging import official
from autograder.judging.seeds import course_secret
from autograder.kernel import require_sandbox
from tests.attacks import forging, reaching, seat, taking
from tests.attacks.attack import CANARY, LESSON, MARKER, Attack

ATTACKS = [*forging.ATTACKS, *reaching.ATTACKS, *taking.ATTACKS, *taking.SERVED]
CONTROLLED = [one for one in ATTACKS if one.control]
# What reads or serves takes its time on a busy machine; what waits for a limit should not.
PATIENT = replace(seat.LIMITS, call_seconds=15)
# The first test to run waits for all of them.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
EQUAL_TO_ALL = [n for n in forging.VALUES if "equal" in n or "subclass" in n or "says it is" in n]
Outcomes = dict[str, dict[str, seat.Outcome]]


@contextlib.contextmanager
def planted(course: Path) -> Iterator[dict[str, object]]:
    """Plant secrets on this machine, and what listens and runs here; give their places."""
    course_secret(course)
    kept = course / "submitted" / "victim" / LESSON / f"{LESSON}.ipynb"
    kept.parent.mkdir(parents=True)
    kept.write_text(CANARY)
    (course / ".rungs" / "results").mkdir(exist_ok=True)
    (course / "autograded").mkdir()
    left = [Path("/tmp", f"{MARKER}-host"), Path("/dev/shm", f"{MARKER}-host")]
    beside = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(999)", CANARY, MARKER],
        env={**os.environ, "SECRET_KEY": CANARY},
    )
    with contextlib.ExitStack() as stack:
        for path in left:
            path.write_text(CANARY)
            stack.callback(path.unlink)
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        for name in (f"\0{MARKER}", str(course / "socket")):
            listening = stack.enter_context(socket.socket(socket.AF_UNIX))
            listening.bind(name)
            listening.listen()
        try:
            yield {"COURSE": course, "PORT": server.getsockname()[1], "PID": beside.pid}
        finally:
            beside.kill()
            beside.wait()


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """Run every attack both ways, a kernel or two each, and those with a control without walls."""
    require_sandbox()
    course = seat.open_course(tmp_path_factory.mktemp("a") / "course")
    slow = [one for one in ATTACKS if one.tells or one.task == "ask_all"]
    quick = [one for one in ATTACKS if one not in slow]
    with (
        planted(course) as places,
        content.use_root(course),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("RUNGS_TEST_SECRET", CANARY)
        patch.setattr(official, "_FORK_SECONDS", 3.0)  # until a stopped process is given up
        places["OUTSIDE"] = course
        found = {}
        for way in seat.WAYS:
            found[way] = seat.in_forks(way, slow, course / "probe.py", PATIENT, **places)
            found[way] |= seat.in_forks(way, quick, course / "probe.py", **places)
        found["unsafe"] = seat.in_forks(
            "unsafe", CONTROLLED, course / "probe.py", PATIENT, **places
        )
    return found


@pytest.mark.parametrize("way", seat.WAYS)
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.name)
def test_an_attack_gains_nothing(attack: Attack, way: str, outcomes: Outcomes) -> None:
    """The attacked task earns what its answers do, the next task is judged, nothing leaks."""
    found = outcomes[way][attack.name]
    assert found.said == attack.says
    assert found.marks == {attack.task: attack.mark, "top": attack.rest}
    assert CANARY not in found.texts
    assert not [seed for seed in seat.SEEDS if str(seed) in found.texts]
    assert found.seconds < 30


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.name)
def test_both_sandboxes_say_the_same(attack: Attack, outcomes: Outcomes) -> None:
    """Marks and reasons are equal, whichever way the sandbox was made."""
    warm, cold = (outcomes[way][attack.name] for way in seat.WAYS)
    assert warm.marks == cold.marks
    if attack.same_reason:
        assert warm.reasons == cold.reasons


@pytest.mark.parametrize("attack", CONTROLLED, ids=lambda one: one.name)
def test_an_attack_would_find_what_it_looks_for(attack: Attack, outcomes: Outcomes) -> None:
    """Without a sandbox the same code reaches its goal: the walls stop it, not a slip in it."""
    found = outcomes["unsafe"][attack.name]
    assert found.said != attack.says
    assert "Error" not in str(found.said)


@pytest.mark.parametrize("name", EQUAL_TO_ALL)
def test_a_careless_comparison_would_take_it(name: str) -> None:
    """An `assert` beside the learner's code, as a test cell has it, holds for these values."""
    namespace: dict[str, Any] = {}
    exec(forging.VALUES[name], namespace)
    assert namespace["total"]([1.0, 2.0]) == 3.0


def test_nothing_survives_the_run(outcomes: Outcomes) -> None:
    """After all of it no process, and outside no file, bears the marker."""
    assert seat.survivors() == []
    places = (Path("/tmp"), Path("/dev/shm"), Path.home(), Path.cwd(), seat.ROOT, Path(sys.prefix))
    assert [str(p) for place in places for p in place.glob(f"*{MARKER}*")] == []
