"""How often incidents are solved and guessed, and how long they take; run by `make bench`."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable

import pytest

from autograder.scenarios.incidents import FAMILIES, Action, reference, replay, stage
from tests.scenarios.responder import SHORTCUTS, diagnose

pytestmark = [pytest.mark.bench, pytest.mark.timeout(240)]
_INCIDENTS = 500


def test_the_class_is_found_and_not_guessed(say_last: Callable[[str], None]) -> None:
    """Over 500 incidents the responder names 99 % of the classes, a constant guess at most 25 %."""
    causes, right, close, sharp = Counter[str](), 0, 0, 0
    shortcuts = Counter[str]()
    for seed in range(_INCIDENTS):
        case = stage(seed)
        verdict, truth = diagnose(case.public), case.truth
        causes[truth.cause] += 1
        right += verdict.cause == truth.cause
        sharp += truth.sharp
        close += truth.sharp and abs(verdict.onset - truth.onset) <= 5
        for name, guess in SHORTCUTS.items():
            shortcuts[name] += guess(case.public) == truth.cause
    say_last(f"class right in {right} of {_INCIDENTS}, onset within 5 min in {close} of {sharp}")
    say_last(f"largest class: {max(causes.values()) / _INCIDENTS:.1%}")
    for name, count in shortcuts.most_common():
        say_last(f"  {name}: {count / _INCIDENTS:.1%}")
    assert right >= 0.99 * _INCIDENTS
    assert close >= 0.97 * sharp
    assert max(causes.values()) <= 0.25 * _INCIDENTS
    assert max(shortcuts.values()) <= 0.6 * _INCIDENTS


def test_the_reference_restores_and_nothing_does_not(say_last: Callable[[str], None]) -> None:
    """Over 500 incidents, for every family; its share of the user-minutes lost is printed."""
    shares: dict[str, list[float]] = {name: [] for name in FAMILIES}
    for seed in range(_INCIDENTS):
        case = stage(seed)
        nothing, best = replay(case), replay(case, reference(case))
        assert nothing.restored is None, (seed, case.truth.family)
        assert best.restored is not None, (seed, case.truth.family)
        shares[case.truth.family].append(best.lost / nothing.lost)
    for name, found in shares.items():
        say_last(f"  {name}: reference loses {statistics.median(found):.0%} of doing nothing")


def test_an_incident_is_staged_and_replayed_in_time(say_last: Callable[[str], None]) -> None:
    """The median processor time to stage and to replay; about 15 and 3 ms on a quiet core.

    The limits leave room for a busy machine.
    """
    staging, replaying = [], []
    for seed in range(60):
        took = []
        for _ in range(3):  # other work on the machine only ever adds
            started = time.process_time()
            case = stage(seed)
            took.append(1_000 * (time.process_time() - started))
        staging.append(min(took))
        actions = [Action("limit_retries", "", case.truth.detected), *reference(case)]
        started = time.process_time()
        replay(case, actions)
        replaying.append(1_000 * (time.process_time() - started))
    one, two = statistics.median(staging), statistics.median(replaying)
    say_last(f"staging {one:.1f} ms, at most {max(staging):.1f}; replay {two:.1f} ms")
    assert one < 20
    assert two < 5
