"""Judge the three tasks of the lesson that is attacked."""

from __future__ import annotations

import math
from random import Random

from autograder.checks import Ladder, Score, close, equal, ranked
from autograder.judging import Learner
from autograder.provider.clock import WallClock
from autograder.provider.engine import Provider

HINTS: dict[str, str] = {}
WHY: dict[str, str] = {}


def total(learner: Learner, seed: int) -> Score:
    """Draw values, twice, and want their sums."""
    draw, ladder = Random(seed), Ladder(learner)
    for name in ("three values", "five values"):
        values = [round(draw.uniform(1, 9), 2) for _ in range(3 if name == "three values" else 5)]
        with ladder.step(name, 1):
            close(learner.call("total", values), math.fsum(values), what="the sum")
    return ladder.score()


def top(learner: Learner, seed: int) -> Score:
    """Draw scores and want the names in order."""
    draw, ladder = Random(seed), Ladder(learner)
    scores = {name: draw.random() for name in draw.sample(["ada", "bo", "cy", "di", "eve"], 4)}
    with ladder.step("four names", 1):
        ranked(learner.call("top", scores), sorted(scores, key=lambda n: -scores[n]), what="names")
    return ladder.score()


def ask_all(learner: Learner, seed: int) -> Score:
    """Want the replies that the ledger has."""
    ladder, provider = Ladder(learner), Provider(seed, WallClock(0))
    prompts = [f"Say hello, number {Random(seed + n).randint(100, 999)}." for n in range(2)]
    with ladder.step("replies"), learner.serving(provider) as base_url:
        replies = learner.call("ask_all", base_url, prompts)
        said = [call.completions[0].text for call in provider.ledger if call.status == 200]
        equal(replies, said, "the replies")
        equal(provider.ledger.totals.calls, len(prompts), "calls that arrived")
    return ladder.score()
