"""The incident scenario: solvable, not guessable, and its truth recomputable from public data."""

from __future__ import annotations

import doctest
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest

import autograder.scenarios
from autograder.channel.codec import decode, encode
from autograder.errors import ContentError
from autograder.scenarios import (
    incidents,
    known_incident,
    open_incident,
    open_session,
    try_actions,
)
from autograder.scenarios.incidents import (
    CHECKS,
    CLASSES,
    FAMILIES,
    KINDS,
    TOPOLOGIES,
    Action,
    Incident,
    Session,
    affected,
    blast,
    filled,
    minute_of,
    read_actions,
    reference,
    replay,
    siblings,
    stage,
)
from autograder.scenarios.incidents.alarms import rolling
from autograder.scenarios.incidents.outcome import restored_at
from tests.scenarios.responder import SHORTCUTS, diagnose

SEEDS = range(60)


@lru_cache(maxsize=256)
def incident(seed: int, **options: Any) -> Incident:
    return stage(seed, **options)


def staged() -> Iterator[Incident]:
    yield from map(incident, SEEDS)


def of_family(family: str, **options: Any) -> Incident:
    return incident(5, families=(family,), **options)


def fingerprint(public: Any) -> str:
    text = json.dumps(public.plain(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


# Solvable.


def test_a_responder_names_the_class_and_the_onset() -> None:
    """From the public view alone, and within five minutes where the onset is sharp."""
    said = {i.truth.parameters.seed: diagnose(i.public) for i in staged()}
    causes = {i.truth.parameters.seed: i.truth.cause for i in staged()}
    assert {seed: v.cause for seed, v in said.items()} == causes
    far = [
        i.truth.parameters.seed
        for i in staged()
        if i.truth.sharp and abs(said[i.truth.parameters.seed].onset - i.truth.onset) > 5
    ]
    assert len(far) <= 1, far


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_can_be_diagnosed_and_restored(family: str) -> None:
    """Its class shows, the reference restores the objective, and doing nothing does not."""
    case = of_family(family)
    assert diagnose(case.public).cause == case.truth.cause == FAMILIES[family].cause
    nothing, best = replay(case), replay(case, reference(case))
    assert nothing.restored is None
    assert best.restored is not None
    assert best.lost < 0.3 * nothing.lost


@pytest.mark.parametrize("family", FAMILIES)
def test_every_cure_of_a_family_ends_it(family: str) -> None:
    """Each action that a family names loses fewer user-minutes than nothing, where it can run."""
    case = of_family(family, topologies=("cache+fallback+regions+reranker", "fallback+reranker"))
    at = case.truth.detected + 10
    for kind in FAMILIES[family].cures:
        if kind == "failover_region" and case.truth.scope != "region":
            continue
        target = _target(case, kind)
        first = [Action("fallback_prompt", start=at)] if kind == "failover_model" else []
        done = replay(case, [*first, Action(kind, target, at)])
        assert done.lost < 0.75 * replay(case).lost, kind


def _target(case: Incident, kind: str) -> str:
    home = {t.name: t.region for t in case.public.tenants}
    worst = case.truth.blast.tenants
    return {
        "rollback": case.truth.event,
        "restart": case.truth.part,
        "scale_out": case.truth.part,
        "failover_region": home[worst[0]] if worst else "",
    }.get(kind, "")


# Not guessable.


def test_classes_are_even() -> None:
    """No class is more than a quarter of the incidents, whatever the decoys."""
    plans = [
        incidents.world.draw_plan(("judge", s), tuple(FAMILIES), TOPOLOGIES) for s in range(600)
    ]
    shares = {c: n / 600 for c, n in Counter(p.family.cause for p in plans).items()}
    assert set(shares) == set(CLASSES)
    assert max(shares.values()) <= 0.25
    assert {p.family.name for p in plans} == set(FAMILIES)
    assert {p.topology for p in plans} == set(TOPOLOGIES)


@pytest.mark.parametrize("name", SHORTCUTS)
def test_a_shortcut_does_not_find_the_class(name: str) -> None:
    """The nearest deploy, the first alert and the largest change are mostly somebody else's."""
    right = sum(SHORTCUTS[name](i.public) == i.truth.cause for i in staged())
    assert right / len(SEEDS) < 0.6


def test_decoys_stand_closer_than_the_cause() -> None:
    """Mostly a harmless event is the nearest; each incident has blips and alerts of no account."""
    closest = Counter[bool]()
    for case in staged():
        kinds = Counter(d.kind for d in case.truth.decoys)
        assert min(kinds["event"], kinds["blip"], kinds["alert"]) >= 1
        if case.truth.event:
            times = {
                e.id: minute_of(case.public, "events", e.at) - case.truth.onset
                for e in case.public.events
            }
            near = min(times, key=lambda name: abs(times[name]))
            closest[near == case.truth.event] += 1
    assert closest[False] > closest[True] > 0


def test_the_structure_differs_with_the_seed() -> None:
    """Topologies, regions, tenants, features, gaps, zones and alerts: not only numbers."""
    shapes = {
        (
            tuple(p.name for p in i.public.parts),
            len(i.public.tenants),
            len(i.public.features),
            tuple(e.part for e in i.public.events),
            i.public.zones["events"],
        )
        for i in staged()
    }
    assert len(shapes) > 50
    assert {len(i.public.regions) for i in staged()} == {1, 2}
    assert any(a.delivered == "" for i in staged() for a in i.public.alerts)


# Consistent.


def test_the_truth_is_recomputed_from_the_public_view() -> None:
    """Affected requests, tenants, money and budget follow from the stated rules."""
    for case in staged():
        assert blast(case.public, case.truth.onset, case.public.minutes) == case.truth.blast
        found = affected(case.public, case.truth.onset, case.public.minutes)
        assert sum(found.values()) == case.truth.blast.requests > 0


def test_affected_tenants_are_those_that_the_fault_reaches() -> None:
    """By the rule and by construction, where the fault concerns answers and not load."""
    for case in staged():
        if case.truth.scope in ("tenants", "all", "rollout", "feature"):
            reached = {case.plan.service.customers[i].name for i in case.plan.reached}
            assert reached <= set(case.truth.blast.tenants)
        if case.truth.scope == "tenants":
            assert len(case.truth.blast.tenants) < len(case.public.tenants)


def test_a_gap_is_not_health() -> None:
    """Counts that are missing are filled from both sides, and leaving them out loses requests."""
    assert filled([1, None, None, 5, None]) == [1, 3.0, 3.0, 5, 5.0]
    gaps = Counter(v is None for i in staged() for s in i.public.series for v in s.values)
    assert gaps[True] > 1_000
    case = next(i for i in staged() if any(v is None for v in _counts(i)[i.truth.onset :]))
    healthy = sum(v or 0 for v in _counts(case)[case.truth.onset :])
    assert healthy < sum(filled(_counts(case))[case.truth.onset :])


def _counts(case: Incident) -> tuple[float | None, ...]:
    return case.public.metric(f"tenant.{case.truth.blast.tenants[0]}.bad")


def test_detection_follows_the_stated_rule() -> None:
    """The first delivered alert on the objective, or the third complaint within an hour."""
    for case in staged():
        public = case.public
        pages = [
            minute_of(public, "alerts", a.delivered)
            for a in public.alerts
            if a.delivered and a.text.startswith("objective")
        ]
        told = [minute_of(public, "complaints", c.at) for c in public.complaints]
        third = [b for a, b in zip(told, told[2:], strict=False) if b - a <= 60]
        assert min([*pages, *third]) == case.truth.detected
        assert case.truth.onset < case.truth.detected < public.minutes


def test_every_id_of_the_truth_is_in_the_view() -> None:
    """What supports the cause and what rules alternatives out can be cited."""
    for case in staged():
        p = case.public
        ids = {x.id for x in (*p.traces, *p.logs, *p.events, *p.alerts)}
        names = ids | {s.name for s in p.series}
        assert set(case.truth.supports) <= names
        assert len(case.truth.supports) >= 4
        assert len(ids) == len(p.traces) + len(p.logs) + len(p.events) + len(p.alerts)
        for cause in CLASSES:
            against = case.truth.rules_out.get(cause, ())
            assert bool(against) == (cause != case.truth.cause)
            assert set(against) <= names


def test_requests_are_counted_once_and_attempts_with_retries() -> None:
    """Tenants' requests sum to the gateway's; attempts exceed them where retries do."""
    case = of_family("contract_changed")
    p, onset = case.public, case.truth.onset
    each = zip(*(p.metric(f"tenant.{t.name}.requests") for t in p.tenants), strict=True)
    told = [(sum(v for v in m if v is not None), None in m) for m in each]
    asked = p.metric("gateway.requests")
    assert all(total == whole for (total, gap), whole in zip(told, asked, strict=True) if not gap)
    late = sum(filled(p.metric("gateway.attempts"))[onset:]) / sum(filled(asked)[onset:])
    assert late > 1.2


def test_sources_write_the_time_in_their_own_zone() -> None:
    """Events carry an offset, complaints none, and all can be placed on the same axis."""
    for case in staged():
        p = case.public
        assert len({p.zones["events"], p.zones["complaints"], "Z"}) == 3
        assert all(c.at[-1] != "Z" and "+" not in c.at for c in p.complaints)
        for source in ("events", "complaints", "traces", "logs", "alerts"):
            minutes = [minute_of(p, source, x.at) for x in getattr(p, source)]
            assert minutes == sorted(minutes)
            assert all(0 <= m < p.minutes for m in minutes)


# The replay.


def test_panic_costs_more_than_the_reference() -> None:
    """Everything at once, everything rolled back, switched off or reviewed: all lose more."""
    for seed in range(25):
        case = incident(seed)
        at = case.truth.detected + 10
        parts = [p.name for p in case.public.parts]
        events = [e.id for e in reversed(case.public.events)]
        targets = {"event": events, "part": parts, "region": [case.public.regions[-1]]}
        panic = [
            Action(name, target, at)
            for name, kind in KINDS.items()
            if kind.minutes and name not in ("undo", "feature_off", "review_all")
            for target in targets.get(kind.target, [""])
        ]
        best = replay(case, reference(case)).lost
        for actions in (
            panic,
            [Action("rollback", e, at) for e in events],
            [Action("feature_off", "", at)],
            [Action("review_all", "", at)],
            [Action("shed_load", "", at)],
            [Action("raise_limit", "", at)],
        ):
            assert replay(case, actions).lost > best


def test_a_fallback_that_breaks_the_contract_makes_it_worse() -> None:
    """Unless its own prompt is served with it."""
    case = next(
        c
        for s in range(40)
        if not (
            c := incident(s, families=("silent_update",), topologies=("fallback",))
        ).plan.service.contract
    )
    at = case.truth.detected + 5
    alone = replay(case, [Action("failover_model", "", at)])
    both = replay(case, [Action("fallback_prompt", "", at), Action("failover_model", "", at)])
    assert alone.restored is None
    assert both.restored is not None
    assert any("do not parse" in note for note in alone.side_effects)


def test_restarting_the_store_does_nothing_for_data() -> None:
    """It only costs what a restart costs."""
    case = of_family("bad_batch")
    done = replay(case, [Action("restart", "retrieval", case.truth.detected)])
    assert done.restored is None
    assert done.lost >= replay(case).lost
    assert done.side_effects == ("restart retrieval: did not reach the cause",)


def test_a_disclosure_stops_the_line() -> None:
    """Switching off until the cause is gone loses and discloses less than a rollback alone."""
    case = of_family("tenants_mixed")
    at = case.truth.detected + 10
    best = replay(case, reference(case))
    alone = replay(case, [Action("rollback", case.truth.event, at)])
    assert alone.disclosed > best.disclosed > 0
    assert alone.lost > best.lost
    assert any(t.foreign for t in case.public.traces)
    assert not any(t.foreign for t in of_family("bad_batch").public.traces)


def test_more_retries_feed_a_saturated_part() -> None:
    """A raised limit multiplies attempts where a part is short, and does not help."""
    case = of_family("quota_cut", topologies=("fallback",))
    at = case.truth.detected
    calm = replay(case, [Action("limit_retries", "", at)])
    storm = replay(case, [Action("raise_limit", "", at)])
    assert storm.cost_usd > calm.cost_usd
    assert storm.restored is None
    assert max(storm.p95_ms[at + 5 :]) > max(calm.p95_ms[at + 5 :])


def test_a_leak_comes_back_after_a_restart() -> None:
    """One restart restores the service for a while; the objective falls again later."""
    case = of_family("memory_leak")
    at = case.truth.detected + 5
    once = replay(case, [Action("restart", "retrieval", at)])
    assert min(once.good[-20:]) < 0.9 < max(once.good[at + 6 : at + 12])
    assert replay(case, reference(case)).lost < once.lost


def test_restored_is_not_the_first_good_bucket() -> None:
    """The five-minute mean must meet the target for the whole window."""
    bad = [0.04] * 10 + [0.5] * 10 + [0.04] * 9 + [0.5] * 5 + [0.04] * 60
    assert restored_at(bad, 10) == 38
    assert restored_at([0.04] * 60, 10) == 10
    assert restored_at([0.04] * 10 + [0.5] * 30 + [0.04] * 29, 10) is None
    assert rolling([1.0, 0.0, 1.0], 2) == [1.0, 0.5, 0.5]


def test_prevent_detect_and_mitigate_each_reduce_their_own_quantity() -> None:
    """A check stops the fault, a rule shortens the gap, a cure the time to restore; on siblings."""
    for case in (of_family("contract_changed"), of_family("store_node_lost")):
        check = FAMILIES[case.truth.family].check
        others = siblings(case, 2)
        assert {o.truth.family for o in others} == {case.truth.family}
        assert len({o.public.service for o in others} | {fingerprint(case.public)}) > 1
        for other in (case, *others):
            plain = replay(other)
            prevented = replay(other, [Action("add_check", check)])
            assert prevented.lost < 0.02 * plain.lost
            wrong = next(c for c in CHECKS if c != check)
            assert replay(other, [Action("add_check", wrong)]).lost == plain.lost
            rule = Action("add_alert", "bad_share > 0.08 for 1")
            assert replay(other, [rule]).detection_gap <= plain.detection_gap
            assert replay(other, [rule]).false_pages == 0
            noisy = replay(other, [Action("add_alert", "gateway.p95_ms > 10 for 1")])
            assert noisy.false_pages > 0
            cured = replay(other, reference(other)).time_to_restore
            assert cured is not None
            assert cured < 90


def test_what_follows_detection_follows_an_earlier_one() -> None:
    """An action a number of minutes after detection begins sooner under a better alert."""
    case = next(
        i
        for seed in range(40)
        if (i := incident(seed, families=("silent_update",))).truth.detected - i.truth.onset > 15
    )
    first = reference(case)[0]
    later = Action(first.kind, first.target, after=10)
    rule = Action("add_alert", "bad_share > 0.08 for 2")
    assert replay(case, [later, rule]).lost < replay(case, [later]).lost


def test_a_rollback_can_name_a_part() -> None:
    """So that an action can be replayed on siblings, whose events have other ids."""
    case = of_family("embedder_mismatch")
    at = case.truth.detected + 10
    named = replay(case, [Action("rollback", case.truth.part, at)])
    assert named.good == replay(case, [Action("rollback", case.truth.event, at)]).good


def test_a_session_acts_and_observes() -> None:
    """Time runs forward, what was seen stays as it was, and the outcome is the replay's."""
    case = of_family("context_truncated")
    session = Session(case)
    before = session.observe(5)
    session.act("pin_prompt")
    after = session.observe(30)
    assert after.minutes == before.minutes + 30 == session.now
    assert after.traces[: len(before.traces)] == before.traces
    assert after.logs[: len(before.logs)] == before.logs
    assert after.events[-1].text == "pin_prompt, in effect after 4 minutes"
    for series in before.series:
        if not series.name.startswith("quality"):
            assert after.metric(series.name)[: before.minutes] == series.values
    outcome = session.outcome()
    assert outcome == replay(case, [Action("pin_prompt", "", before.minutes)])
    assert outcome.restored is not None
    assert outcome.restored < session.now


def test_an_action_can_be_taken_back() -> None:
    """The assistant is switched off and on again; the fault is still there."""
    case = of_family("duplicates")
    at = case.truth.detected
    off = [Action("feature_off", "", at), Action("undo", "feature_off", at + 20)]
    good = replay(case, off).good
    assert good[at + 10] == 0
    assert good[-1] == pytest.approx(replay(case).good[-1], abs=0.02)


def test_a_handled_incident_shows_recovery() -> None:
    """Its view runs to the end and names the responses, vain ones too; recovery follows."""
    wrong = []
    for seed in range(20):
        case = incident(seed, handled=True)
        assert case.truth.restored is not None
        assert case.truth.detected < case.truth.restored < case.public.minutes
        responses = [e for e in case.public.events if e.kind == "response"]
        assert responses
        right = f"rollback {case.truth.event},"
        wrong.append(any(e.text.startswith("rollback") and right not in e.text for e in responses))
        assert case.truth.blast == blast(case.public, case.truth.onset, case.truth.restored)
    assert 0 < sum(wrong) < len(wrong)


@pytest.mark.parametrize(
    "call",
    [
        lambda: stage(1, families=("gremlins",)),
        lambda: stage(1, topologies=("moon",)),
        lambda: stage(1, families=("cache_down",), topologies=("plain",)),
        lambda: replay(incident(1), [Action("pray")]),
        lambda: replay(incident(1), [Action("add_check", "hope")]),
        lambda: replay(incident(1), [Action("add_alert", "latency is bad")]),
        lambda: Session(incident(1)).act("add_check", "soak_test"),
        lambda: Session(incident(1)).observe(-5),
    ],
)
def test_what_cannot_be_done_is_refused(call: Any) -> None:
    """With what was wrong and what to give instead."""
    with pytest.raises(ContentError):
        call()


# Sealed and reproducible.


def test_the_public_view_holds_neither_labels_nor_the_seed() -> None:
    """No family, class or seed is in what a learner sees; it crosses the channel."""
    seed = 987_654_321_987
    public = stage(seed).public.plain()
    text = json.dumps(public)
    assert str(seed) not in text
    assert not any(name in text for name in FAMILIES if "_" in name)
    assert not any(f'"{key}"' in text for key in ("cause", "onset", "truth", "causal", "exposed"))
    assert decode(json.loads(json.dumps(encode(public, "incident")))) == public


def test_families_and_topologies_can_be_held_out() -> None:
    """Nothing else is staged."""
    kept = ("quota_cut", "feed_stalled")
    cases = [stage(s, families=kept, topologies=("cache+fallback",)) for s in range(8)]
    assert {c.truth.family for c in cases} == set(kept)
    assert {c.truth.topology for c in cases} == {"cache+fallback"}


def test_actions_are_read_from_plain_records() -> None:
    """As a learner's function returns them; what is no action is refused with the record."""
    assert read_actions([{"kind": "pin_prompt", "after": 3}]) == (Action("pin_prompt", after=3),)
    wrong: list[Any] = [{}, {"kind": 3}, {"kind": "restart", "start": 1.5}, {"kind": "x", "y": 1}]
    for record in [*wrong, "go"]:
        with pytest.raises(ContentError, match="action"):
            read_actions([record])


def test_open_cells_can_replay_and_hold_a_session() -> None:
    """On the open incident of the same seed."""
    case = known_incident(5)
    assert try_actions(5, [{"kind": "limit_retries", "after": 0}]) == replay(
        case, [Action("limit_retries", "", case.truth.detected)]
    )
    assert open_session(5).now == case.truth.detected


def test_realms_keep_open_incidents_apart_from_a_judge_s() -> None:
    """The same seed gives a lesson's cells and a judge different incidents."""
    assert open_incident(5) == known_incident(5).public
    assert open_incident(5) != stage(5).public
    assert {"open_incident", "known_incident"} <= set(autograder.scenarios.__all__)


def test_a_seed_gives_the_same_bytes_in_every_version_of_python() -> None:
    """Change this digest together with the model; anything else that changes it is a fault."""
    assert fingerprint(stage(11).public)[:16] == "49a0d8856c75b640"


@pytest.mark.parametrize("hash_seed", ["0", "1234"])
def test_a_seed_gives_the_same_bytes_in_another_interpreter(hash_seed: str) -> None:
    """Hash seeds, import order and optimisation do not matter, and no data library is loaded."""
    program = (
        "import hashlib, json, sys\n"
        "from autograder.scenarios.incidents import stage\n"
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
    assert done.stdout.strip() == fingerprint(stage(11).public)


def test_the_example_in_the_docstring_runs() -> None:
    """What the package's docstring shows is what happens."""
    assert doctest.testmod(incidents).failed == 0
    assert doctest.testmod(incidents).attempted > 3
    assert doctest.testmod(incidents.replaying).failed == 0


def test_public_names_are_there() -> None:
    """Each name of `__all__` can be had, once."""
    assert len(set(incidents.__all__)) == len(incidents.__all__)
    assert all(hasattr(incidents, name) for name in incidents.__all__)


@pytest.mark.parametrize("seed", range(8))
def test_evidence_of_a_handled_incident_ends_with_it(seed: int) -> None:
    """No trace or line from after the restoration shows a fault or rules one out."""
    case = incident(seed, handled=True)
    restored = case.truth.restored
    assert restored is not None
    public = case.public
    minutes = {t.id: minute_of(public, "traces", t.at) for t in public.traces}
    minutes |= {line.id: minute_of(public, "logs", line.at) for line in public.logs}
    cited = {*case.truth.supports, *(i for ids in case.truth.rules_out.values() for i in ids)}
    late = {name for name in cited if minutes.get(name, 0) >= restored}
    assert late == set()


@pytest.mark.parametrize("handled", [False, True])
def test_a_service_that_reports_less_has_the_same_incident(handled: bool) -> None:
    """Counts, cost and truth are those of the full view; other metrics and samples are gone."""
    only = ("model.cost_usd", "model.p95_ms")
    full, light = incident(3, handled=handled), incident(3, handled=handled, only=only)
    assert light.public.traces == light.public.logs == ()
    kept = {s.name for s in light.public.series}
    assert set(only) < kept < {s.name for s in full.public.series}
    assert set(light.public.series) <= set(full.public.series)
    assert {a.text for a in light.public.alerts} <= {a.text for a in full.public.alerts}
    assert (light.truth.onset, light.truth.blast) == (full.truth.onset, full.truth.blast)
    with pytest.raises(ContentError, match="cost_usd"):
        stage(3, only=("model.p95_ms",))
