"""Where simulated people are placed. What is true of them is known, because they were made up."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.placement.adaptive import model
from autograder.placement.simulation import Profile, disturbed, people, report, sit

MODEL = model()
# Eight people a start, in the middle of its bands or as far from the one cut.
PLANTED = [
    Profile(software, evaluation)
    for pairs in (
        [(-2.9, -1.5), (-2.6, 0.0)],
        [(-0.55, -1.5), (-0.55, 0.9)],
        [(1.5, -1.1), (2.2, -1.5)],
        [(1.5, 0.9), (2.2, 0.9)],
        [(1.5, 2.9), (2.2, 3.2)],
    )
    for software, evaluation in pairs * 4
]
# A tenth on either side of each cut, the other scale clear.
BORDER = [
    Profile(*pair)
    for cut, end in ((-1.4, -1.5), (0.3, -1.5))
    for pair in ((cut - 0.1, end), (cut + 0.1, end))
] + [Profile(2.0, cut + side) for cut in (0.1, 1.7) for side in (-0.1, 0.1)]


def test_forty_people_well_inside_a_start_are_placed_there() -> None:
    """At least 38 of 40, on five sittings each; nobody needs more than 40 minutes or 20 tasks.

    One sitting each would pass or fail by the luck of its seed.
    """
    found = report(MODEL, PLANTED * 5, seed=1)
    assert found.confusion.sum(axis=1).tolist() == [40] * 5
    assert found.within(0) >= 38 / 40, str(found)
    assert max(one.minutes for one in found.sittings) <= 40
    assert max(one.items for one in found.sittings) <= 20


def test_people_at_a_border_are_placed_on_one_of_its_sides() -> None:
    """At least 38 of 40 within one step, on five sittings each."""
    found = report(MODEL, BORDER * 5, seed=2)
    assert sum(abs(one.placed - one.belongs) <= 1 for one in found.sittings) >= 38, str(found)


def test_the_posterior_is_as_sure_as_it_is_right() -> None:
    """Over people from the population, the expected share of exact placements is the real one."""
    found = report(MODEL, people(120, MODEL.parameters, 3), seed=3)
    assert found.within(0) == pytest.approx(found.expected(), abs=0.1)
    assert found.within(1) > 0.9


def test_a_sitting_repeats_on_its_seed() -> None:
    """And another seed gives another sitting."""
    one = Profile(0.2, 0.3)
    assert sit(MODEL, one, 4) == sit(MODEL, one, 4)
    assert len({sit(MODEL, one, seed).minutes for seed in range(5)}) == 5


def test_disturbed_parameters_move_and_nothing_else_does() -> None:
    """The sd of the shifts is the one asked for, over many seeds."""
    true = MODEL.parameters
    shifts = [
        moved.difficulty - task.difficulty
        for seed in range(100)
        for moved, task in zip(disturbed(true, seed, 0.4, 0.2).tasks, true.tasks, strict=True)
    ]
    assert float(np.std(shifts)) == pytest.approx(0.4, abs=0.03)
    assert disturbed(true, 0, 0, 0) == true


def test_a_report_says_what_it_counted() -> None:
    """Its text holds the matrix and names itself simulated."""
    text = str(report(MODEL, PLANTED[:3], seed=5))
    assert "3 simulated people" in text
    assert text.count("\n") == 9
