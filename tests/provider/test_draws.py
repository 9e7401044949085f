"""Draws: pure functions of their parts, with the distributions they name."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
from scipy import stats

from autograder.provider.draws import Draws

MANY = 4_000
PINNED = (0.171261065831, -0.949193647877)


def test_a_draw_depends_on_its_parts_and_purpose_only() -> None:
    """Equal parts give equal numbers in any order of asking; any difference gives another."""
    one, two = Draws(1, "a"), Draws(1, "a")
    two.uniform("something else")
    assert one.uniform("x") == two.uniform("x")
    others = (Draws(2, "a"), Draws(1, "b"), Draws("1", "a"), one.within("x"))
    assert len({d.uniform("x") for d in (one, *others)} | {one.uniform("y")}) == 6


def test_the_stream_is_the_same_on_every_machine() -> None:
    """Two numbers are pinned: a change of them changes every reply of every model."""
    assert round(Draws(3, "a").uniform("x"), 12) == PINNED[0]
    assert round(Draws(3, "a").normal("x"), 12) == PINNED[1]


def test_distributions() -> None:
    """Uniform, normal, lognormal and Poisson draws are not told from the true distributions."""
    each = [Draws(5, n) for n in range(MANY)]
    assert stats.kstest([d.uniform("u") for d in each], "uniform").pvalue > 0.01
    assert stats.kstest([d.normal("n", 2, 3) for d in each], "norm", (2, 3)).pvalue > 0.01
    logs = [math.log(d.lognormal("l", 0.3, 0.5)) for d in each]
    assert stats.kstest(logs, "norm", (math.log(0.3), 0.5)).pvalue > 0.01
    counts = Counter(d.poisson("p", 1.6) for d in each)
    wanted = stats.poisson(1.6)
    seen = np.array([*(counts[k] for k in range(6)), sum(v for k, v in counts.items() if k > 5)])
    p = np.array([*wanted.pmf(range(6)), wanted.sf(5)])
    assert stats.chisquare(seen, p * MANY).pvalue > 0.01


def test_purposes_are_independent() -> None:
    """Two purposes of the same call are uncorrelated."""
    pairs = [(d.normal("a"), d.normal("b")) for d in (Draws(5, n) for n in range(MANY))]
    assert abs(np.corrcoef(np.array(pairs).T)[0, 1]) < 3 / math.sqrt(MANY)


def test_choices_follow_their_weights() -> None:
    """A weighted choice is as frequent as its share; an integer reaches both ends."""
    each = [Draws(7, n) for n in range(MANY)]
    picked = Counter(d.weighted("w", {"a": 3.0, "b": 1.0, "c": 0.0}) for d in each)
    assert set(picked) == {"a", "b"}
    assert stats.binomtest(picked["a"], MANY, 0.75).pvalue > 0.01
    assert {d.integer("i", 2, 4) for d in each} == {2, 3, 4}
    assert {d.choice("c", "xy") for d in each} == {"x", "y"}
    assert stats.binomtest(sum(d.chance("t", 0.2) for d in each), MANY, 0.2).pvalue > 0.01
