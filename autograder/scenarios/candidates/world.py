"""Stage a release registry from its seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autograder.errors import ContentError
from autograder.scenarios.candidates.drawing import Drawn, draw_candidates, draw_version
from autograder.scenarios.candidates.kinds import CONFOUNDS, KINDS, TRAITS
from autograder.scenarios.candidates.records import Golden, Public, Version
from autograder.scenarios.candidates.running import Bench
from autograder.scenarios.candidates.sealed import Parameters, Truth, World
from autograder.scenarios.candidates.suite import PEOPLE, Suite, day, draw_suite
from autograder.scenarios.draws import Stream

__all__ = ["stage"]


def stage(
    seed: int,
    *,
    items: int = 300,
    candidates: int = 4,
    mde: float = 0.02,
    kinds: Sequence[str] = tuple(KINDS),
    traits: Sequence[str] = tuple(TRAITS),
    confounds: Sequence[str] = tuple(CONFOUNDS),
    realm: str = "judge",
) -> World:
    """Stage a baseline, candidates of these kinds, and the runs that were made of them.

    Half of the candidates, rounded up, are worse where the kinds allow it.
    Registries of different realms differ, whatever the seed.
    """
    parameters = Parameters(
        seed, realm, items, candidates, mde, tuple(kinds), tuple(traits), tuple(confounds)
    )
    _check(parameters)
    key = (realm, seed)
    suite = draw_suite(Stream(key, "suite"), items)
    stream = Stream(key, "candidates")
    drawn = draw_candidates(stream, suite, candidates, mde, (kinds, traits, confounds))
    baseline = draw_version(stream, f"v{int(drawn[0].version.id[1:]) - 1}", 1.0)
    suite, drawn = _people(stream, suite, drawn)
    bench = Bench(key, suite, _settings(stream))
    pairs = _runs(stream, bench, suite, baseline, drawn)
    return _world(bench, suite, baseline, drawn, pairs, parameters)


def _check(of: Parameters) -> None:
    unknown = [
        *(set(of.kinds) - set(KINDS)),
        *(set(of.traits) - set(TRAITS)),
        *(set(of.confounds) - set(CONFOUNDS)),
    ]
    wrong = {
        f"{sorted(unknown)}: choose from KINDS, TRAITS and CONFOUNDS": bool(unknown),
        "an empty list of kinds, traits or confounds": not (
            of.kinds and of.traits and of.confounds
        ),
        f"items={of.items}: from 60 to 20,000": not 60 <= of.items <= 20_000,
        f"candidates={of.candidates}: from 1 to 12": not 1 <= of.candidates <= 12,
        f"mde={of.mde}: above 0, at most 0.03": not 0 < of.mde <= 0.03,
    }
    for message, found in wrong.items():
        if found:
            raise ContentError(f"stage() cannot use {message}.")


def _settings(stream: Stream) -> dict[str, str]:
    return {
        "harness": f"{stream.integer(1, 4)}.{stream.integer(0, 9)}",
        "index": day(stream.integer(1, 6))[:10],
        "temperature": stream.choice(("0.0", "0.2")),
    }


def _people(stream: Stream, suite: Suite, drawn: list[Drawn]) -> tuple[Suite, list[Drawn]]:
    """Give candidates authors who edit no golden set, but where the confound says so."""
    first, later = suite.goldens
    authors = stream.sample([p for p in PEOPLE if p != first.edited_by], len(drawn))
    made, goldens = [], [first, later]
    for one, author in zip(drawn, authors, strict=True):
        version = replace(one.version, author=author)
        made.append(replace(one, version=version))
        if one.effect.confound == "tuned":
            frozen = f"{version.created[:10]}T23:{30 + len(goldens)}Z"
            goldens.append(Golden(f"golden-{len(goldens) + 1}", frozen, author, later.items))
    return replace(suite, goldens=tuple(goldens)), made


def _runs(
    stream: Stream, bench: Bench, suite: Suite, baseline: Version, drawn: Sequence[Drawn]
) -> dict[str, tuple[str, str] | None]:
    """Run the baseline, then each candidate as its confound says; return what may be compared."""
    first, later = suite.goldens[:2]
    main, both, alone = stream.shuffled([g.id for g in suite.graders])
    home = bench.run(None, baseline, first, main, 31.0)
    if stream.chance(0.5):
        bench.run(None, baseline, first, main, 30.2, complete=False)
    pairs: dict[str, tuple[str, str] | None] = {}
    again = ""
    for number, one in enumerate(drawn):
        started = 32 + 2 * number + stream.unit()
        v, kind = one.version, one.effect.confound
        pair: tuple[str, str] | None = None
        if kind in ("none", "retried", "partial"):
            if kind == "partial":
                bench.run(one, v, first, main, started - 0.4, complete=False, again=9)
            pair = (home, bench.run(one, v, first, main, started))
            for place in range(1, stream.integer(2, 3) if kind == "retried" else 1):
                bench.run(one, v, first, main, started + 0.3 * place, again=place)
        elif kind in ("judge", "rejudged"):
            judge = both if kind == "rejudged" else alone
            run = bench.run(one, v, first, judge, started)
            if kind == "rejudged":
                again = again or bench.run(None, baseline, first, judge, started + 0.1)
                pair = (again, run)
        elif kind == "golden":
            bench.run(one, v, later, main, started)
        elif kind == "settings":
            bench.run(one, v, first, main, started, settings=_other(stream, bench.settings))
        else:
            own = next(g for g in suite.goldens if g.edited_by == v.author)
            bench.run(None, baseline, own, main, started - 0.2)
            bench.run(one, v, own, main, started)
        pairs[v.id] = pair
    return pairs


def _other(stream: Stream, settings: dict[str, str]) -> dict[str, str]:
    """Change the index, and at times the temperature too."""
    warmer = {"temperature": "0.7"} if stream.chance(0.5) else {}
    return {**settings, "index": day(31 + stream.integer(0, 2))[:10], **warmer}


def _world(
    bench: Bench,
    suite: Suite,
    baseline: Version,
    drawn: list[Drawn],
    pairs: dict[str, tuple[str, str] | None],
    parameters: Parameters,
) -> World:
    """Number the runs by their start, and sort what may be seen from what may not."""
    ordered = sorted(bench.made, key=lambda run: run.started)
    names = {run.id: f"run-{i:02d}" for i, run in enumerate(ordered, 1)}
    runs = tuple(replace(run, id=names[run.id]) for run in ordered)
    public = Public(
        suite.service, suite.slices, suite.slice_of, suite.goldens, suite.graders, baseline.id,
        (baseline, *(one.version for one in drawn)), runs,
        bench.audits(baseline, drawn, max(40, len(suite.goldens[0].items) // 3)),
    )  # fmt: skip
    rates = {names[name]: rate for name, rate in bench.expected.items()}
    old = [run.id for run in runs if run.version == baseline.id]
    expected = {
        (a, run.id): rates[a] - rates[run.id]
        for a in old
        for run in runs
        if run.version != baseline.id
    }
    valid = {c: None if p is None else (names[p[0]], names[p[1]]) for c, p in pairs.items()}
    effects = {one.version.id: one.effect for one in drawn}
    return World(public, Truth(effects, suite.passing, suite.truths, valid, expected, parameters))
