"""Public fakes: a course of one tiny lesson, and a transport that answers from a script.

with tiny_course(folder):
    scores = judge_in_process("90_tiny", "double", {"double": lambda x: 2 * x}, [1])

transport = Scripted()
transport.enqueue(4)
assert Learner(transport).call("double", 2) == 4
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder import content
from autograder.channel import Reply, Request, encode
from autograder.errors import LearnerFault

__all__ = ["Scripted", "tiny_course", "write_tiny_course"]

_MANIFEST = """\
course: {title: Tiny, version: "1", seeds: 3}
lessons:
  - id: 90_tiny
    title: Double and halve
    rung: onramp
    minutes: 5
    tasks:
      - {id: double, points: 4}
      - {id: limit, points: 1}
"""
_JUDGE = '''\
"""Judge the tiny lesson."""

from random import Random

from autograder.checks import Ladder, Score, close, equal, raises
from autograder.judging import Learner

HINTS = {"double": "Which operator makes two of one?"}
WHY = {"double": "One multiplication serves ints and floats alike."}


def double(learner: Learner, seed: int) -> Score:
    """Want twice the number, and a refusal of text."""
    draw = Random(seed)
    ladder = Ladder(learner)
    with ladder.step("small numbers", 2):
        number = draw.randint(3, 9)
        equal(learner.call("double", number), 2 * number, "double of a small number")
    with ladder.step("fractions", 1, after="small numbers"):
        fraction = draw.uniform(10, 20)
        close(learner.call("double", fraction), 2 * fraction, what="double of a fraction")
    with ladder.step("refusals", 1):
        raises(learner, "TypeError", "double", "x" * draw.randint(2, 5))
    return ladder.score()


def limit(learner: Learner, seed: int) -> Score:
    """Want the variable LIMIT to be 12."""
    ladder = Ladder(learner)
    with ladder.step("the value"):
        equal(learner.value("LIMIT"), 12, "LIMIT")
    return ladder.score()
'''
_LESSON = '''\
# %% [markdown]
# # Double a number
# %% role="setup"
from autograder import check, predict
# %% [markdown]
# ## Task 1: Double
# %% role="answer" task="double" points=4
def double(number):
    """Return twice the number; refuse text with TypeError."""
    ### BEGIN SOLUTION
    if isinstance(number, str):
        raise TypeError("a number, please")
    return 2 * number
    ### END SOLUTION
# %% role="check" task="double"
check("double")
# %% [markdown]
# ## Task 2: Limit
# %% role="answer" task="limit" points=1
### BEGIN SOLUTION
LIMIT = 12
### END SOLUTION
# %% role="check" task="limit"
check("limit")
'''


def write_tiny_course(root: Path) -> Path:
    """Write a course with the one lesson `90_tiny` under `root` and return `root`.

    Its tasks: `double`, a function with three steps, and `limit`, a variable.
    """
    lesson = root / "notebooks" / "lessons" / "90_tiny"
    (lesson / "corpus").mkdir(parents=True)
    (root / "notebooks" / "course.yaml").write_text(_MANIFEST, encoding="utf-8")
    (lesson / "judge.py").write_text(_JUDGE, encoding="utf-8")
    (lesson / "lesson.py").write_text(_LESSON, encoding="utf-8")
    return root


@contextmanager
def tiny_course(root: Path) -> Iterator[Path]:
    """Write the tiny course under `root` and make it the course within the `with` block."""
    with content.use_root(write_tiny_course(root)):
        yield root


class Scripted:
    """A transport that gives prepared results in order and keeps every request.

    `enqueue` takes a value to return or a `LearnerFault` to raise; `history`
    lists the requests.
    """

    def __init__(self) -> None:
        self.history: list[Request] = []
        self._replies: deque[Any] = deque()

    def enqueue(self, *results: Any) -> None:
        """Add results to give, one a request."""
        self._replies.extend(results)

    def ask(self, request: Request) -> Reply:
        """Give the next result; raise `AssertionError` where none is left."""
        self.history.append(request)
        if not self._replies:
            raise AssertionError(f"nothing is enqueued for {request['name']}")
        result = self._replies.popleft()
        if isinstance(result, LearnerFault):
            raise result
        return {"id": request["id"], "ok": encode(result)}
