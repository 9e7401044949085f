"""The candidate scenario: effects recovered within their error, not guessable, reproducible."""

from __future__ import annotations

import doctest
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from functools import lru_cache
from typing import Any

import pytest
from scipy.stats import binom, chisquare

import autograder.scenarios
from autograder.channel.codec import decode, encode
from autograder.errors import ContentError
from autograder.scenarios import candidates, known_candidates, known_pool, open_candidates
from autograder.scenarios.candidates import CONFOUNDS, KINDS, TRAITS, World, pool, stage
from autograder.scenarios.candidates.counting import binomial
from tests.scenarios.gatekeeper import SHORTCUTS, comparable, estimate, paired

SEEDS = range(60)


@lru_cache(maxsize=128)
def world(seed: int, **options: Any) -> World:
    return stage(seed, **options)


def fingerprint(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


# Solvable.


def test_the_rule_finds_the_runs_that_compare() -> None:
    """From the public view alone, on every candidate of 60 registries."""
    for seed in SEEDS:
        case = world(seed)
        for candidate, pair in case.truth.pairs.items():
            assert comparable(case.public, candidate) == pair, (seed, candidate)
            assert (pair is not None) == CONFOUNDS[case.truth.effects[candidate].confound].valid


def test_losses_are_recovered_within_their_error() -> None:
    """On large sets the paired loss is the planted one, overall and by slice: z has spread 1."""
    far: list[float] = []
    whole: list[float] = []
    for seed in range(24):
        case = world(seed, items=1_500, candidates=1, confounds=("none",))
        for candidate, pair in case.truth.pairs.items():
            assert pair is not None
            effect, judge = case.truth.effects[candidate], case.public.run(pair[0]).judge
            grader = case.truth.graders[judge]
            shrunk = 1 - grader.strict - grader.lenient
            for name, count in paired(case.public, pair).items():
                loss, error = estimate(count)
                if name:
                    far.append((loss - effect.slices[name] * shrunk) / error)
                else:
                    whole.append((loss - case.truth.expected[pair]) / error)
    assert len(far) > 100
    assert abs(sum(far)) / len(far) ** 0.5 < 3.5
    assert abs(sum(whole)) / len(whole) ** 0.5 < 3.5
    assert 0.75 < sum(z * z for z in far) / len(far) < 1.3
    assert max(map(abs, far)) < 4.5


def test_a_large_set_tells_what_is_worse() -> None:
    """Of the kinds that lose at least the effect, overall or in a slice, all are found."""
    for kind in ("same", "better", "mde", "over", "slice"):
        case = world(1, items=16_000, candidates=1, kinds=(kind,), confounds=("none",))
        [(candidate, pair)] = case.truth.pairs.items()
        assert pair is not None
        counts = paired(case.public, pair)
        worst = max(loss / error for loss, error in map(estimate, counts.values()))
        assert (worst > 3.2) == KINDS[kind].worse, kind
        assert case.truth.effects[candidate].worse == KINDS[kind].worse


def test_confounds_move_the_result_as_the_truth_says() -> None:
    """A judge, a golden set, settings or tuning look like an effect, of the expected size."""
    for name in ("judge", "golden", "settings", "tuned"):
        case = world(3, items=6_000, kinds=("same",), confounds=(name,))
        for (a, b), expected in case.truth.expected.items():
            before, after = case.public.run(a), case.public.run(b)
            if before.planned != len(before.items):
                continue
            rates = []
            for run in (before, after):
                seen = [p for p in run.passed if p is not None]
                rates.append(sum(seen) / len(seen))
            assert rates[0] - rates[1] == pytest.approx(expected, abs=0.025)
            if before.golden == after.golden or name != "tuned":
                assert abs(expected) > 0.009


def test_costs_latencies_and_outcomes_follow_the_trait() -> None:
    """A dear one costs a quarter more, a slow one takes longer, people refuse a flattered one."""
    for trait in TRAITS:
        case = world(2, items=1_500, traits=(trait,), kinds=("same",), confounds=("none",))
        good = {a.version: sum(a.good) / len(a.good) for a in case.public.audits}
        for candidate, pair in case.truth.pairs.items():
            assert pair is not None
            before, after = map(case.public.run, pair)
            effect = case.truth.effects[candidate]
            assert sum(after.usd) / sum(before.usd) == pytest.approx(effect.cost_ratio, abs=0.001)
            assert sum(after.ms) / sum(before.ms) == pytest.approx(effect.latency_ratio, abs=0.02)
            assert (effect.cost_ratio > 1.2, effect.latency_ratio > 1.25) == (
                trait == "dear",
                trait == "slow",
            )
            lost = good[case.public.baseline] - good[candidate]
            assert lost == pytest.approx(effect.outcome, abs=0.05)
            assert (effect.outcome > 0.1) == (trait == "flattered")


# Not guessable.


def test_half_of_the_candidates_are_worse() -> None:
    """In every registry, and every kind, trait and confound occurs."""
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        effects = world(seed).truth.effects.values()
        assert sum(e.worse for e in effects) == 2
        for e in effects:
            seen.update((e.kind, e.trait, e.confound))
    assert set(seen) == {*KINDS, *TRAITS, *CONFOUNDS}


@pytest.mark.parametrize("name", SHORTCUTS)
def test_a_glance_does_not_tell_what_is_worse(name: str) -> None:
    """Nor does a majority guess: none is right in two of three."""
    right = [
        SHORTCUTS[name](world(seed).public, candidate) == effect.worse
        for seed in SEEDS
        for candidate, effect in world(seed).truth.effects.items()
    ]
    assert sum(right) / len(right) < 2 / 3


def test_the_structure_differs_with_the_seed() -> None:
    """Slices, graders, golden sets, runs and their order: not only numbers."""
    shapes = {
        (
            tuple(s.name for s in world(seed).public.slices),
            len(world(seed).public.goldens),
            len(world(seed).public.graders),
            tuple((r.version, r.golden, r.judge) for r in world(seed).public.runs),
        )
        for seed in SEEDS
    }
    assert len(shapes) == len(SEEDS)
    assert {len(world(s).public.slices) for s in SEEDS} == {4, 5, 6, 7, 8}


def test_the_public_view_holds_neither_effects_nor_the_seed() -> None:
    """No kind, trait or confound is named; it crosses the channel unchanged."""
    public = stage(987_654_321_987).public.plain()
    text = json.dumps(public)
    assert "987654321987" not in text
    for word in ("loss", "effect", "worse", "confound", "truth", "flattered", "tuned"):
        assert word not in text
    assert decode(json.loads(json.dumps(encode(public, "registry")))) == public


# Pools.


def test_binomial_draws_have_the_binomial_law() -> None:
    """An even walk through the unit interval gives the exact chances of every count."""
    for n, p in ((30, 0.1), (300, 0.55), (2_695, 0.1)):
        points = 40_000
        found = Counter(binomial((i + 0.5) / points, n, p) for i in range(points))
        for k in range(n + 1):
            assert found[k] / points == pytest.approx(binom.pmf(k, n, p), abs=1.1 / points)
    assert (binomial(0.3, 0, 0.5), binomial(0.3, 9, 0.0), binomial(0.3, 9, 1.0)) == (0, 0, 9)
    assert 0 <= binomial(1 - 2**-53, 40, 0.2) <= 40


def test_a_pool_has_the_stated_rates() -> None:
    """Disagreements and losses of 300 candidates lie where the binomial law puts them."""
    drawn = pool(5)
    assert Counter(drawn.multiples.values()) == {0.0: 75, 0.5: 75, 1.0: 75, 1.5: 75}
    tables = {t.name: t for t in drawn.public.tables}
    apart = [t.lost + t.won for t in tables.values()]
    assert sum(apart) / len(apart) == pytest.approx(269.5, abs=3.5)
    for multiple in (0.0, 0.5, 1.0, 1.5):
        of = [t for t in tables.values() if drawn.multiples[t.name] == multiple]
        share = sum(t.lost for t in of) / sum(t.lost + t.won for t in of)
        assert share == pytest.approx(0.5 + 0.1 * multiple, abs=0.015)
    ranks = Counter(int(4 * binom.cdf(a, 2_695, 0.1)) for a in apart)
    assert chisquare([ranks[i] for i in range(4)]).pvalue > 1e-4


def test_a_pools_slices_sum_to_its_tables() -> None:
    """And in some harmless candidates one slice loses what the others gain."""
    drawn = pool(6, slices=5, items=2_000)
    for table in drawn.public.tables:
        parts = drawn.public.slices[table.name]
        assert (len({t.name for t in parts}), sum(t.items for t in parts)) == (5, 2_000)
        assert (sum(t.lost for t in parts), sum(t.won for t in parts)) == (table.lost, table.won)
    hidden = [n for n, m in drawn.multiples.items() if m == 0 and max(drawn.slice_losses[n]) > 0]
    assert 20 < len(hidden) < 55
    for name in hidden:
        assert sum(drawn.slice_losses[name]) == pytest.approx(0)


# Refused, sealed and reproducible.


@pytest.mark.parametrize(
    "call",
    [
        lambda: stage(1, kinds=("superb",)),
        lambda: stage(1, traits=()),
        lambda: stage(1, confounds=("luck",)),
        lambda: stage(1, items=10),
        lambda: stage(1, candidates=0),
        lambda: stage(1, mde=0.2),
        lambda: pool(1, count=3),
        lambda: pool(1, multiples=()),
        lambda: pool(1, discordant=0.02),
        lambda: pool(1, slices=1),
        lambda: pool(1, items=0),
    ],
)
def test_what_cannot_be_drawn_is_refused(call: Any) -> None:
    """With what was wrong and what to give instead."""
    with pytest.raises(ContentError):
        call()


def test_realms_keep_open_worlds_apart_from_a_judge_s() -> None:
    """The same seed gives a lesson's cells and a judge different registries and pools."""
    assert open_candidates(5) == known_candidates(5).public
    assert open_candidates(5) != stage(5).public
    assert known_pool(5).public != pool(5).public
    assert {"known_candidates", "known_pool", "open_candidates"} <= set(
        autograder.scenarios.__all__
    )


def test_a_seed_gives_the_same_bytes_in_every_version_of_python() -> None:
    """Change these digests together with the model; anything else that changes them is a fault."""
    assert fingerprint(stage(11).public.plain())[:16] == "33807c59fad717de"
    assert fingerprint(pool(11, slices=4).public.plain())[:16] == "1187308b9914b1ee"


@pytest.mark.parametrize("hash_seed", ["0", "1234"])
def test_a_seed_gives_the_same_bytes_in_another_interpreter(hash_seed: str) -> None:
    """Hash seeds, import order and optimisation do not matter, and no data library is loaded."""
    program = (
        "import hashlib, json, sys\n"
        "from autograder.scenarios.candidates import stage\n"
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
    assert done.stdout.strip() == fingerprint(stage(11).public.plain())


def test_the_example_in_the_docstring_runs() -> None:
    """What the package's docstring shows is what happens."""
    assert doctest.testmod(candidates).failed == 0
    assert doctest.testmod(candidates).attempted > 3


def test_public_names_are_there() -> None:
    """Each name of `__all__` can be had, once."""
    assert len(set(candidates.__all__)) == len(candidates.__all__)
    assert all(hasattr(candidates, name) for name in candidates.__all__)
