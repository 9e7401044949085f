"""Lesson 26's figures, oracles, tables and prose say what the incidents and the replay say."""

from __future__ import annotations

import re
from collections import Counter
from itertools import permutations
from types import ModuleType
from typing import Any

import pytest

from autograder import content
from autograder.authoring.lesson import Lesson
from autograder.judging import InProcess, load_judge
from autograder.scenarios import known_incident
from autograder.scenarios.incidents import CHECKS, FAMILIES, KINDS, blast, minute_of, stage

LESSON = "26_write_the_postmortem"
TASKS = [task.id for task in content.course().lesson(LESSON).tasks]
CASES = [task.id for task in content.course().lesson(LESSON).tasks if task.case]


def _text(lesson: Lesson) -> str:
    return "\n".join(cell.source for cell in lesson.of_kind("markdown"))


def test_predictions_come_out_as_the_text_says(solved: dict[str, Any]) -> None:
    """Each number the prose reads off an output is the one the cell computes."""
    assert solved["outcomes"] == {
        "restored_minute": 197,
        "affected_requests": 7394,
        "harmless_changes": 28,
        "off_loses_times": 3.8,
        "retries_usd": 44.4,
        "upper_percent": 4.9,
        "recall_at_3": 0.25,
    }


def test_the_worked_incident_is_the_one_told(solved: dict[str, Any]) -> None:
    """Minutes, clocks, counts and money of the text are those of the known incident."""
    known, seen = solved["known"], solved["seen"]
    truth = known.truth
    assert (truth.family, truth.onset, truth.event) == ("bad_batch", 140, "ev-03")
    assert solved["find_onset"](solved["until"](seen, 180)) == 140
    told = {e["id"]: solved["minute_of"](seen, "events", e["at"]) for e in seen["events"]}
    assert (told["ev-03"], told["ev-04"], told["rs-01"]) == (137, 140, 165)
    assert [*solved["told"]] == [140, 141, truth.detected, 173, 194]
    assert truth.restored == 197
    bad, asked = (solved["total"](seen, what) for what in ("bad", "requests"))
    after = [round(100 * bad[s].sum() / asked[s].sum(), 1) for s in (slice(140), slice(197, None))]
    assert after == [4.2, 5.4]
    assert max(solved["table"](seen)["retrieval.foreign_rate"]) == 0
    during = solved["share_of"](["farrow", "gannet", "hollis"])[145:194]
    assert 50 < during.min() < during.max() < 60
    radius = solved["blast_radius"](seen, 140, 197)
    assert radius["tenants"] == {"farrow": 2227, "gannet": 1982, "hollis": 3185}
    assert (radius["credit_usd"], radius["spend_usd"]) == (375.7, 19.75)
    assert round(radius["budget"], 6) == 0.003995
    assert int(solved["total"](seen, "requests")[140:197].sum()) == 34768
    assert solved["check_claims"](solved["claims"], seen) == ["holds", "fails", "holds"]
    record = solved["timeline"](seen)
    assert (record["minutes_to_detect"], record["minutes_to_restore"]) == (20, 37)
    assert {e["what"]: e["at"] for e in record["entries"]}["detected"] == "2031-02-02T13:47Z"
    chunks = solved["table"](seen)["index.chunk_tokens"]
    assert (chunks[100:140].median(), chunks[140:190].median()) == (304, 159)


def test_the_stand_ins_are_as_far_off_as_said(solved: dict[str, Any]) -> None:
    """The first bad minute is mostly right, once 13 minutes early; the finder is within two."""
    early = [row["first bad minute"] for row in solved["off"]]
    assert min(early) == -13
    assert sum(gap == 0 for gap in early) > 30
    assert max(map(abs, solved["error"])) <= 2


def test_only_what_reaches_the_cause_helps(solved: dict[str, Any]) -> None:
    """In the replay, checks prevent, alerts detect, restoring restores, and the rest harms."""
    lost = {name: outcome.lost for name, outcome in solved["replayed"].items()}
    assert lost["check deliveries"] == 0
    assert lost["restore the index"] < 0.25 * lost["nothing"]
    assert lost["nothing"] < lost["roll everything back"] < lost["switch it off"]
    gaps = {name: outcome.detection_gap for name, outcome in solved["replayed"].items()}
    assert (gaps["nothing"], gaps["watch the chunks"], gaps["watch the harm"]) == (20, 5, 3)


def test_oracles_agree_with_the_world(judge: ModuleType) -> None:
    """Damage, clocks and detection recomputed from plain data are the scenario's own."""
    for seed in range(12):
        case = stage(seed, only=("model.cost_usd",))
        public, truth = case.public.plain(), case.truth
        best = blast(case.public, truth.onset, case.public.minutes)
        got = judge.damage_of(public, truth.onset, case.public.minutes)
        assert tuple(got["tenants"]) == best.tenants
        assert sum(got["tenants"].values()) == best.requests
        assert (got["credit_usd"], got["spend_usd"]) == (best.credit_usd, best.spend_usd)
        assert got["budget"] == pytest.approx(best.budget, rel=1e-12)
        for row in public["complaints"]:
            mine = judge.minute_at(public, "complaints", row["at"])
            assert mine == minute_of(case.public, "complaints", row["at"])
        if truth.detected < case.public.minutes - 30:
            assert judge.detection_of(public)[0] == truth.detected


def test_the_mechanisms_are_the_worlds(judge: ModuleType, solved: dict[str, Any]) -> None:
    """The lesson's table is the judge's, and its causes, parts and signs are the families'."""
    assert {
        name: (m.cause, m.part, m.sign, m.moves) for name, m in judge.MECHANISMS.items()
    } == solved["MECHANISMS"]
    for name, m in judge.MECHANISMS.items():
        family = FAMILIES[name]
        assert m.cause == family.cause
        assert m.part == (("feed" if family.event == "data" else family.part) * bool(family.event))
        assert m.sign in family.signs


def test_the_table_of_actions_is_the_worlds(lesson: Lesson) -> None:
    """Every kind in the lesson's table costs what the replay charges, and all checks are named."""
    text = _text(lesson)
    rows = [line for line in text.splitlines() if line.count("|") == 7]
    cells = [cell.strip() for row in rows for cell in row.strip("# |").split("|")]
    seen = 0
    for names, _, work in zip(cells[0::3], cells[1::3], cells[2::3], strict=True):
        kinds = re.findall(r"`(\w+)`", names)
        efforts = [int(n) for n in re.findall(r"\d+", work)]
        for place, kind in enumerate(kinds):
            assert KINDS[kind].effort == efforts[min(place, len(efforts) - 1)], kind
            seen += 1
    assert seen == 14
    assert set(CHECKS) <= set(re.findall(r"`(\w+)`", text))


@pytest.mark.parametrize("task", TASKS)
def test_references_are_full(task: str, solved: dict[str, Any]) -> None:
    """Every reference earns everything on seeds that no other test uses."""
    known = load_judge(LESSON, task)
    scores = [known.score(InProcess(solved), 26_000 + seed) for seed in range(4)]
    assert [score.reason for score in scores] == [""] * 4


@pytest.mark.parametrize("task", CASES)
def test_another_learners_record_is_below_full(
    task: str, judge: ModuleType, solved: dict[str, Any]
) -> None:
    """What is right about one case is not full on any other: here in all of 56 pairs."""
    records = {seed: solved[task](judge.incident(26_100 + seed).public) for seed in range(8)}
    known = load_judge(LESSON, task)
    full = [
        (own, other)
        for own, other in permutations(records, 2)
        if known.score(InProcess({task: lambda _, r=records[own]: r}), 26_100 + other).full
    ]
    assert full == []


def test_a_case_hides_its_mechanism(judge: ModuleType) -> None:
    """No mechanism is frequent, none is the nearest change's, and the pack holds no label."""
    cases = {seed: judge.incident(26_100 + seed) for seed in range(8)}
    names = Counter(case.truth.case.truth.family for case in cases.values())
    assert max(names.values()) <= 4
    for case in cases.values():
        truth = case.truth.case.truth
        assert not any(name in case.text for name in judge.MECHANISMS)
        changes = [e for e in case.public["events"] if e["kind"] != "response"]
        nearest = min(
            changes,
            key=lambda e: abs(judge.minute_at(case.public, "events", e["at"]) - truth.onset),
        )
        assert nearest["id"] != truth.event
        assert {"truth", "seed"}.isdisjoint(case.public)


def test_the_known_incident_is_none_of_a_judges(solved: dict[str, Any]) -> None:
    """The open cells' realm is not the judges'."""
    assert solved["known"].truth.parameters.realm == "open"
    assert known_incident(5).public.start != stage(5).public.start
