"""Judge the three tasks of the lesson that damaged notebooks come from."""

from __future__ import annotations

import math
from random import Random

from autograder.checks import Ladder, Score, close
from autograder.judging import Learner

HINTS: dict[str, str] = {}
WHY: dict[str, str] = {}


def total(learner: Learner, seed: int) -> Score:
    """Draw three values and want their sum."""
    values = [round(Random(seed + n).uniform(0, 9), 2) for n in range(3)]
    ladder = Ladder(learner)
    with ladder.step("a list of values", 1):
        close(learner.call("total", values), math.fsum(values), what="the sum")
    return ladder.score()


def clipped(learner: Learner, seed: int) -> Score:
    """Draw a value on each side of the limit."""
    draw, ladder = Random(seed), Ladder(learner)
    with ladder.step("a small value", 1):
        small = round(draw.uniform(0, 9), 2)
        close(learner.call("clipped", small), small, what="a value below the limit")
    with ladder.step("a large value", 1):
        close(learner.call("clipped", draw.uniform(11, 99)), 10.0, what="a value above the limit")
    return ladder.score()


def rooted(learner: Learner, seed: int) -> Score:
    """Draw squares and one negative value."""
    values = [float(Random(seed).randint(1, 9)) ** 2, -1.0]
    ladder = Ladder(learner)
    with ladder.step("roots", 1):
        got = learner.call("rooted", values)
        close(got[0], math.sqrt(values[0]), what="the first root")
        close(got[1], 0.0, what="the root of a negative value")
    return ladder.score()
