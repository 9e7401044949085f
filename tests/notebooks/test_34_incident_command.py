"""Lesson 34's figures, oracles and prose say the same thing."""

from __future__ import annotations

from random import Random
from types import ModuleType
from typing import Any

import pytest

from autograder.scenarios.incidents import FAMILIES, KINDS

LESSON = "34_incident_command"


def test_predictions_come_out_as_the_text_says(solved: dict[str, Any]) -> None:
    """Each number the prose reads off an output is the one the cell computes."""
    assert solved["outcomes"] == {
        "nearest_is_cause": 6,
        "highest_burn": 10.0,
        "failover_times": 4.3,
        "after_two_retries": 0.064,
        "affected": 700,
        "any_alarm_percent": 46,
    }
    assert sum(bool(known.truth.event) for known in solved["others"]) == 26


def test_the_night_of_task_4_went_as_the_text_says(solved: dict[str, Any]) -> None:
    """Only turning everybody away is worse than failing over bare; the pinned prompt ends it."""
    lost = {name: outcome.lost for name, outcome in solved["became"].items()}
    assert sorted(lost, key=lambda name: lost[name])[-2:] == ["fail over", "switch it off"]
    restored = {name: outcome.restored is not None for name, outcome in solved["became"].items()}
    assert [name for name, ended in restored.items() if ended] == ["pin the prompt"]


def test_examples_give_the_output_that_the_text_shows(solved: dict[str, Any]) -> None:
    """The worked example of each task is what its reference returns."""
    wanted = {"sev1": {"incidents": 1, "open": 0, "median": 36}}
    assert solved["time_to_restore"]([solved["relapse"]]) == wanted
    assert solved["escalate"](solved["report"]) == solved["orders"]
    verdict = {"cause": "prompt", "roots": ["model.invalid_rate rose"]}
    assert solved["diagnose"](solved["retries"]) == verdict
    assert solved["next_step"](solved["seen"]) == solved["wanted"]
    assert solved["next_step"](solved["seen"] | {"now": 145}) == []


def test_the_map_of_the_lesson_is_that_of_the_judge(
    solved: dict[str, Any], judge: ModuleType
) -> None:
    """Learner and judge read signals with the same bounds and the same arrows."""
    shown = {n: (s["cause"], s["by"], s["relative"]) for n, s in judge.SIGNALS.items()}
    assert solved["SIGNALS"] == shown
    assert {n: sorted(f) for n, f in solved["FOLLOWS"].items()} == {
        n: sorted(f) for n, f in judge.FOLLOWS.items()
    }


def test_the_prices_in_the_table_are_those_of_the_world(lesson: Any) -> None:
    """The minutes that the text gives are the minutes that the replay takes."""
    stated = {
        "rollback": 8, "pin_prompt": 4, "pin_model": 4, "failover_model": 3, "fallback_prompt": 4,
        "disable_reranker": 2, "restore_index": 10, "scale_out": 10, "reroute_network": 6,
        "raise_limit": 1, "limit_retries": 1, "shed_load": 1, "feature_off": 1, "undo": 1,
    }  # fmt: skip
    assert {kind: KINDS[kind].minutes for kind in stated} == stated
    text = "\n".join(cell.source for cell in lesson.cells)
    assert "| `rollback` | 8 minutes |" in text
    assert "| `restore_index`, `scale_out` | 10 |" in text
    assert "| `reroute_network` | 6 |" in text


def test_no_open_cell_shows_a_family_that_is_held_out(lesson: Any, judge: ModuleType) -> None:
    """What `diagnose` calls unseen is named in no cell of the lesson."""
    text = "\n".join(cell.source for cell in lesson.cells)
    assert [name for name in judge.UNSEEN if f'"{name}"' in text] == []
    assert set(judge.UNSEEN) | set(judge.SEEN) == set(FAMILIES)


def test_the_map_tells_every_family(judge: ModuleType) -> None:
    """For each family the roots name its class, on an incident drawn for it."""
    told = {name: judge._told(Random(5), (name,)).cause for name in FAMILIES}
    assert told == {name: family.cause for name, family in FAMILIES.items()}


@pytest.mark.parametrize("seed", range(4))
def test_the_first_suspect_alone_never_ends_it(judge: ModuleType, seed: int) -> None:
    """An incident of `next_step` needs its function to observe and go on."""
    desk = judge._mistaken(Random(seed))
    only = desk.suspects[:1]
    first = judge.Desk(desk.plan, [*only, *desk.suspects[1:]])
    judge.play(first, lambda seen: [] if seen["taken"] else only)
    assert judge.restored_at(first.bad, first.plan.onset) is None
    judge.play(desk, judge.policy)
    assert judge.restored_at(desk.bad, desk.plan.onset) is not None
    assert desk.lost() < 0.7 * desk.lost(nothing=True)


@pytest.mark.parametrize("seed", range(3))
def test_a_change_to_blame_is_where_the_text_says(judge: ModuleType, seed: int) -> None:
    """It comes one to ten minutes before the onset, on the part that its cause names."""
    where = {"prompt": {"prompt"}, "data": {"feed"}, "retrieval": {"retrieval", "reranker"}}
    families = (*judge.MISTAKEN_FOR, judge.SHOWN)
    for number in range(40):
        plan = judge._plan(1000 * seed + number, families)
        found = [e for e in plan.events if e.causal]
        assert [1 <= plan.onset - e.minute <= 10 for e in found] == [True] * len(found)
        assert {e.part for e in found} <= where.get(plan.family.cause, set())
        assert bool(found) == (plan.family.cause in where)


def test_every_standing_action_of_the_case_can_be_ended(
    solved: dict[str, Any], judge: ModuleType
) -> None:
    """The lesson's list of what a stop undoes is the judge's, and its remedies are real kinds."""
    assert sorted(solved["UNDONE"]) == sorted(judge._UNDONE)
    assert set(solved["ENDS"].values()) <= set(KINDS)
    assert set(solved["ENDS"]) <= set(solved["SIGNALS"])
