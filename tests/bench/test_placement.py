"""Where the placement test places people and how long it takes; run by `make bench`.

All of it is simulated from the parameters in `datasets/placement`, which are
judgement: it tells what the test does if people are as the model says, and,
in the second part, if our judgement of the tasks errs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from autograder.placement.adaptive import model
from autograder.placement.records import SCALES
from autograder.placement.simulation import Report, disturbed, people, report

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

MODEL = model()
PEOPLE = 2_000
ERRORS, SHIFT, FACTOR = 10, 0.4, 0.2  # wrong worlds; how far difficulties and slopes are off


def test_two_thousand_people(say_last: Callable[[str], None]) -> None:
    """Seven in ten begin exactly right, 19 in 20 within one step, in 40 minutes at most."""
    found = report(MODEL, people(PEOPLE, MODEL.parameters, seed=2026), seed=1)
    say_last(f"\nplacement (simulated)\n{found}\n{_clear(found)}")
    assert found.within(0) >= 0.70
    assert found.within(1) >= 0.93
    assert found.within(0) == pytest.approx(found.expected(), abs=0.03)
    assert max(one.minutes for one in found.sittings) <= 40


def test_two_thousand_people_where_our_judgement_errs(say_last: Callable[[str], None]) -> None:
    """Two in three are still exact and nine in ten within one step."""
    size = PEOPLE // ERRORS
    parts = [
        report(
            MODEL,
            people(size, MODEL.parameters, seed=error),
            seed=error * size,
            truth=disturbed(MODEL.parameters, error, SHIFT, FACTOR),
        )
        for error in range(ERRORS)
    ]
    found = Report(parts[0].starts, tuple(one for part in parts for one in part.sittings))
    title = f"difficulties off by sd {SHIFT}, log slopes by sd {FACTOR}, {ERRORS} draws"
    say_last(f"\nplacement (simulated), {title}\n{found}\n{_clear(found)}")
    assert found.within(0) >= 0.66
    assert found.within(1) >= 0.90


def _clear(found: Report) -> str:
    """Tell how people at least half a unit from the next cut fare, on either scale."""
    cuts = {scale: MODEL.parameters.cuts(scale) for scale in SCALES}
    clear = tuple(
        one
        for one in found.sittings
        if all(
            abs(getattr(one.profile, s) - cut) >= 0.5 for s, ends in cuts.items() for cut in ends
        )
    )
    exact = np.mean([one.placed == one.belongs for one in clear])
    return f"of {len(clear):,} at least 0.5 from every cut: exact {exact:.1%}"
