"""The traffic scenario: solvable, not guessable, and with the parameters that it states."""

from __future__ import annotations

import doctest
import hashlib
import json
import math
import os
import subprocess
import sys
from collections import Counter
from functools import lru_cache
from statistics import mean, stdev
from typing import Any

import pytest

import autograder.scenarios
from autograder.channel.codec import decode, encode
from autograder.errors import ContentError
from autograder.scenarios import known_traffic, open_traffic, traffic
from autograder.scenarios.traffic import CHEAP, CURRENT, DOLLAR, Traffic, in_force, stage, units
from tests.scenarios.cost_engineer import SHORTCUTS, attributed, cheap_enough, growth, reused

SEEDS = range(80)


@lru_cache(maxsize=128)
def staged(seed: int) -> Traffic:
    return stage(seed)


def fingerprint(case: Traffic) -> str:
    text = json.dumps(case.public.plain(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def wrong(case: Traffic, hits: dict[str, str]) -> int:
    """Count hits that serve another answer than the one asked for."""
    answers = case.truth.answers
    return sum(answers[new] != answers[old] for new, old in hits.items())


# Solvable.


def test_every_cent_finds_its_feature_and_tenant() -> None:
    """The meter, the price list and the first attempts' tags give the sealed spend exactly."""
    for case in map(staged, SEEDS):
        found = {who: int(usd * DOLLAR) for who, usd in attributed(case.public).items()}
        assert found == case.truth.spend
        assert case.public.invoice_cents == round(sum(found.values()) * 100 / DOLLAR)


def test_a_careful_cache_serves_nothing_wrong() -> None:
    """Over 5,000 hits none is stale or another's, and it misses few answers that it could serve."""
    hits = possible = 0
    for case in map(staged, SEEDS):
        found = reused(case.public)
        assert wrong(case, found) == 0
        hits += len(found)
        answers = Counter(case.truth.answers.values())
        possible += sum(answers.values()) - len(answers)
    assert hits > 5_000
    assert hits / possible > 0.97


def test_a_trial_tells_which_work_the_cheap_model_does_as_well() -> None:
    """Nothing that loses more than three points is let through in 1,000 kinds but by chance."""
    slices = [
        (s, t)
        for case in map(staged, SEEDS)
        for s, t in zip(case.truth.slices, case.public.trials, strict=True)
    ]
    through = [(s.loss, t.n) for s, t in slices if cheap_enough(t)]
    assert len(slices) > 1_000
    assert sum(loss > 0.03 for loss, _ in through) <= 2
    safe = [t for s, t in slices if s.loss <= 0.004 and t.n > 1000]
    assert sum(map(cheap_enough, safe)) / len(safe) > 0.99


# Not guessable.


@pytest.mark.parametrize("name", SHORTCUTS)
def test_a_careless_cache_serves_wrong_answers(name: str) -> None:
    """Each of the usual omissions shows in every world, in more than one hit of 1,000."""
    shares = []
    for case in map(staged, SEEDS):
        hits = reused(case.public, **SHORTCUTS[name])  # type: ignore[arg-type]  # a table of options
        shares.append(wrong(case, hits) / len(hits))
    assert min(shares) > 0.001


def test_neither_all_nor_length_tells_what_may_be_routed() -> None:
    """All to the cheap model loses points everywhere; safe and unsafe work has the same length."""
    for case in map(staged, range(40)):
        loss = {(s.feature, s.kind): s.loss for s in case.truth.slices}
        lost = [loss[r.feature, r.kind] for r in case.public.requests]
        assert mean(lost) > 0.01
    lengths: dict[bool, list[int]] = {True: [], False: []}
    for case in map(staged, SEEDS):
        loss = {(s.feature, s.kind): s.loss for s in case.truth.slices}
        for request in case.public.requests:
            lengths[loss[request.feature, request.kind] > 0.03].append(request.tokens)
    assert abs(mean(lengths[True]) - mean(lengths[False])) < 0.05 * mean(lengths[True])


def test_the_structure_differs_with_the_seed() -> None:
    """Features, tenants, dates, scopes, waits and price changes: not only numbers."""
    worlds = [staged(seed).public for seed in SEEDS]
    assert len({tuple(f.name for f in p.features) for p in worlds}) == len(worlds)
    assert len({p.start for p in worlds}) > 20
    assert len({tuple((f.scope, f.wait_hours, f.cached) for f in p.features) for p in worlds}) > 70
    changes = [
        sum(p.start < row["start_date"] <= p.requests[-1].at[:10] for row in p.prices)
        for p in worlds
    ]
    assert len(set(changes)) >= 2


# Parameters.


def test_growth_is_recovered_within_its_sampling_error() -> None:
    """Drift and volatility of 480 features, from ten weeks each."""
    z, ratios = [], []
    for case in map(staged, SEEDS):
        for each in case.truth.growth:
            drift, spread = growth(case.public, each.feature)
            z.append((drift - each.drift) / (each.volatility / 3))
            ratios.append(spread**2 / (each.volatility**2 + 2 * 0.05**2 * 0.2 / 5))
    assert abs(mean(z)) < 4 / math.sqrt(len(z))
    assert abs(stdev(z) - 1) < 0.15
    assert abs(mean(ratios) - 1) < 0.15


def test_weekdays_are_recovered() -> None:
    """A weekday's share of a feature's week is the stated one, to a few per cent."""
    for case in map(staged, range(20)):
        for each in case.truth.growth:
            rows = [s.requests for s in case.public.series if s.feature == each.feature]
            days = [sum(column) for column in zip(*rows, strict=True)]
            shares = []
            for weekday in range(7):
                weeks = [7 * days[at + weekday] / sum(days[at : at + 7]) for at in range(0, 70, 7)]
                shares.append(mean(weeks))
            assert shares == pytest.approx(each.weekdays, rel=0.04)


def test_rates_of_the_log() -> None:
    """Retries, second deliveries, runaway calls and repeats come as often as the page says."""
    calls = [c for case in map(staged, SEEDS) for c in case.public.calls]
    once = {c.call_id: c for c in calls}
    first = sum(c.attempt == 1 for c in once.values())
    assert (len(once) - first) / first == pytest.approx(0.12 + 0.12**2, abs=0.015)
    assert (len(calls) - len(once)) / len(once) == pytest.approx(0.02, abs=0.005)
    for case in map(staged, range(20)):
        runs = Counter(r.run for r in case.public.requests)
        assert runs[case.truth.runaway] == 24
        assert set(runs) == {"", case.truth.runaway}


def test_a_price_is_that_of_its_day() -> None:
    """The row in force changes at the start date; units are exact."""
    prices = staged(0).public.prices
    assert in_force(prices, CURRENT, "2026-07-31")["input_mtok"] == "3.00"
    assert in_force(prices, CURRENT, "2026-08-01T00:00:00Z")["input_mtok"] == "2.50"
    row = in_force(prices, CHEAP, "2026-11-20")
    assert units(row, (1_000_000, 0, 1_000_000, 0)) == 33_750 * DOLLAR // 100_000
    assert units(row, (0, 0, 0, 10), batch=True) * 2 == units(row, (0, 0, 0, 10))


def test_what_cannot_be_staged_is_refused() -> None:
    """With the bounds."""
    with pytest.raises(ContentError, match="give 3 to 12"):
        stage(1, features=2)


# Sealed and reproducible.


def test_the_public_view_holds_neither_labels_nor_the_seed() -> None:
    """No truth and no seed is in what a learner sees; it crosses the channel."""
    seed = 987_654_321_987
    public = stage(seed).public.plain()
    text = json.dumps(public)
    assert str(seed) not in text
    assert not any(f'"{key}"' in text for key in ("loss", "answers", "drift", "runaway", "seed"))
    assert decode(json.loads(json.dumps(encode(public, "traffic")))) == public


def test_realms_keep_open_traffic_apart_from_a_judge_s() -> None:
    """The same seed gives a lesson's cells and a judge different traffic."""
    assert open_traffic(5) == known_traffic(5).public
    assert open_traffic(5) != stage(5).public
    assert {"open_traffic", "known_traffic"} <= set(autograder.scenarios.__all__)


@pytest.mark.parametrize("hash_seed", ["0", "1234"])
def test_a_seed_gives_the_same_bytes_in_another_interpreter(hash_seed: str) -> None:
    """Hash seeds and optimisation do not matter, and no data library is loaded."""
    program = (
        "import hashlib, json, sys\n"
        "from autograder.scenarios.traffic import stage\n"
        "text = json.dumps(stage(11).public.plain(), sort_keys=True)\n"
        "assert 'numpy' not in sys.modules\n"
        "print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-O", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    assert done.stdout.strip() == fingerprint(stage(11))


def test_a_seed_gives_the_same_bytes_in_every_version_of_python() -> None:
    """Change this digest together with the model; anything else that changes it is a fault."""
    assert fingerprint(stage(11))[:16] == "307305e36ed7ef2b"


def test_the_example_in_the_docstring_runs() -> None:
    """What the package's docstring shows is what happens."""
    assert doctest.testmod(traffic).failed == 0
    assert doctest.testmod(traffic).attempted >= 3


def test_public_names_are_there() -> None:
    """Each name of `__all__` can be had, once."""
    names: list[Any] = traffic.__all__
    assert len(set(names)) == len(names)
    assert all(hasattr(traffic, name) for name in names)
