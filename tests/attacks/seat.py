"""Put attacks through the real official seat: in forks of one replayed kernel, or in their own."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import content
from autograder.errors import LearnerFault
from autograder.grading import replay as replaying
from autograder.grading import submission
from autograder.grading.limits import Limits
from autograder.grading.preload import kernel_plan
from autograder.grading.replay import Replay, run_apart
from autograder.judging import Learner, load_judge
from autograder.judging.judge import Judge
from autograder.judging.verdict import Verdict, combine
from autograder.kernel import SandboxKernelManager
from tests.attacks.attack import LESSON, MARKER, PRELUDE, Attack, filled
from tests.small_course import ROOT, SmallCourse

COURSE = Path(__file__).parent / "course"
WAYS = {"warm": {"warm": True}, "bubblewrap": {"warm": False}}
SEEDS = [987_654_321_123, 456_789_987_654]
HONEST = """
import math
def total(values): return math.fsum(values)
def top(scores): return sorted(scores, key=lambda name: -scores[name])
"""
ADOPT = '''
def adopt(namespace, source):
    """Let an attack's code replace the learner's."""
    exec(compile(source, "<attack>", "exec"), namespace)
'''
LIMITS = Limits(
    cell_seconds=3,
    call_seconds=1,
    submission_seconds=600,
    memory_bytes=400 << 20,
    processes=120,
    disk_bytes=32 << 20,
    file_bytes=8 << 20,
)


@dataclass
class Outcome:
    """What an attack came to: its own words, marks by task, and every text a person could read."""

    said: Any = None
    marks: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    texts: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


SMALL = SmallCourse(COURSE, LESSON)


def released() -> dict[str, Any]:
    """Return the released notebook afresh, as plain JSON."""
    return SMALL.released()


def open_course(place: Path) -> Path:
    """Make a course with the attacked lesson, its gradebook filled."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "datasets").symlink_to(ROOT / "datasets")  # the practice provider's own
    return SMALL.open(place)


def judges() -> dict[str, Judge]:
    """Load the lesson's judges by task."""
    return {t.id: load_judge(LESSON, t.id) for t in content.course().lesson(LESSON).tasks}


def survivors() -> list[str]:
    """List what runs on this machine and bears the marker."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
            if MARKER.encode() in line and int(pid) != os.getpid():
                found.append(f"{pid} {line[:200]!r}")
    return found


@contextlib.contextmanager
def started(way: str, limits: Limits = LIMITS) -> Iterator[Limits]:
    """Have every kernel started one way: `warm`, `bubblewrap` or, as a control, `unsafe`."""
    with pytest.MonkeyPatch.context() as patch:
        how = WAYS.get(way, {"warm": False})
        patch.setattr(replaying, "SandboxKernelManager", partial(SandboxKernelManager, **how))
        yield Limits(**{**asdict(limits), "unsafe": way == "unsafe"})


def in_forks(
    way: str, attacks: list[Attack], probe: Path, limits: Limits = LIMITS, **places: object
) -> dict[str, Outcome]:
    """Run each attack in a fork of its own of one honest submission's kernel."""
    probe.write_text(ADOPT, encoding="utf-8")
    nb = new_notebook(cells=[new_code_cell(HONEST)])
    known = judges()
    with started(way, limits) as chosen:
        replay = Replay(nb, [0], chosen, kernel_plan(chosen, probe=probe))

        async def run() -> dict[str, Outcome]:
            try:
                await replay.run()
                return {one.name: await outcome(one) for one in attacks}
            finally:
                await replay.close()

        async def outcome(attack: Attack) -> Outcome:
            begun = time.monotonic()
            said, verdict = attacked(
                replay, attack, filled(attack.code, **places), known[attack.task]
            )
            rest = await submission._judge(replay, known["top"], SEEDS)
            return told({attack.task: verdict, "top": rest}, nb, replay.notes, said, begun)

        return run_apart(run())


def attacked(replay: Replay, attack: Attack, code: str, judge: Judge) -> tuple[Any, Verdict]:
    """Let one fork adopt the attack, call its `attack`, and judge what it stands for."""
    said = None
    with replay.seat.fork() as transport:
        learner = Learner(transport)
        with contextlib.suppress(LearnerFault):
            learner.probe("adopt", PRELUDE + code)
        if attack.tells:
            try:
                said = learner.call("attack")
            except LearnerFault as fault:
                said = f"{type(fault).__name__}: {fault}"
        scores = tuple(judge.score(transport, seed) for seed in SEEDS)
        return said, combine(judge, scores, SEEDS)


def in_its_own(
    way: str, cells: list[str], limits: Limits = LIMITS, answers: dict[str, str] | None = None
) -> tuple[Outcome, NotebookNode]:
    """Grade a notebook of these cells, as `grade_notebook` does, from start to end."""
    nb = new_notebook(cells=[new_markdown_cell("#"), *map(new_code_cell, cells)])
    begun = time.monotonic()
    with started(way, limits) as chosen:
        graded = submission.grade_notebook(nb, LESSON, lambda task: SEEDS, chosen)
    return told(graded.verdicts, nb, list(graded.notes), None, begun), nb


def told(
    verdicts: dict[str, Verdict], nb: NotebookNode, notes: list[str], said: Any, begun: float
) -> Outcome:
    """Gather what a learner or an instructor could read."""
    return Outcome(
        said,
        {task: verdict.mark for task, verdict in verdicts.items()},
        {task: verdict.reason for task, verdict in verdicts.items()},
        json.dumps(nb) + repr([v.scores for v in verdicts.values()]) + repr((notes, said)),
        tuple(notes),
        time.monotonic() - begun,
    )
