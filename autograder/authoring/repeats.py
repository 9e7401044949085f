"""Judge the same cases again and again, in fresh interpreters, and want the same every time.

Run as a module it is one such interpreter: it reads its orders as JSON on
stdin and writes its findings as JSON on stdout.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from autograder import content
from autograder.authoring.forks import Emit
from autograder.authoring.recordings import outcome
from autograder.authoring.room import Limits, Room, Submission, digest, replay
from autograder.authoring.trials import truth_seeds
from autograder.errors import ContentError
from autograder.judging import InProcess, Judge
from autograder.manifest import Task

__all__ = ["HASH_SEEDS", "unrepeated"]

HASH_SEEDS = ("0", "1", "2", "random")
CASES = 3


def unrepeated(room: Room, tasks: Iterable[Task], repeats: int, limits: Limits) -> list[str]:
    """Name the submissions whose scores or reasons are not the same every time.

    The repeats are spread over one interpreter for each of `HASH_SEEDS`; every
    other repeat takes its cases in reverse order.
    """
    orders = {
        "root": str(content.repository_root()),
        "lesson": room.lesson.id,
        "tasks": [task.id for task in tasks],
        "repeats": -(-repeats // len(HASH_SEEDS)),
        "jobs": limits.jobs,
        "seconds": limits.seconds,
    }
    seen: dict[str, set[str]] = {}
    for hash_seed in HASH_SEEDS:
        for name, prints in _in_fresh_interpreter(orders, hash_seed).items():
            seen.setdefault(name, set()).update(prints)
    return [
        f"{name}: {len(prints)} different outcomes on the same cases. "
        "Draw all from the seed; let nothing depend on hash order, the clock or earlier cases."
        for name, prints in seen.items()
        if len(prints) != 1
    ]


def _in_fresh_interpreter(orders: dict[str, Any], hash_seed: str) -> dict[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-m", "autograder.authoring.repeats"],
        input=json.dumps(orders),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise ContentError(f"{orders['lesson']}: the repeats do not run: {last}")
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def _serve(orders: dict[str, Any]) -> dict[str, list[str]]:
    with content.use_root(Path(orders["root"])):
        room = Room.open(content.course().lesson(orders["lesson"]))
        tasks = [room.lesson.task(name) for name in orders["tasks"]]
        wanted = [submission for task in tasks for submission in room.submissions(task)]

        def run(submission: Submission, judge: Judge, transport: InProcess, emit: Emit) -> None:
            seeds = truth_seeds(room.lesson.id, submission.task.id, CASES)
            for turn in range(orders["repeats"]):
                order = seeds[::-1] if turn % 2 else seeds
                found = {seed: outcome(judge.score(transport, seed)) for seed in order}
                emit(digest(*(json.dumps(found[seed]) for seed in seeds)))

        limits = Limits(orders["jobs"], orders["seconds"])
        return {
            f"{submission.task.id}, {submission.name}": [*emitted, ended] if ended else emitted
            for submission, emitted, ended in replay(room, wanted, run, limits)
        }


if __name__ == "__main__":
    print(json.dumps(_serve(json.load(sys.stdin))))
