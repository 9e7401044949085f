"""Lesson 30's figures, oracles, bars and prose say the same thing."""

from __future__ import annotations

import math
import re
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, binomtest, multinomial, norm

from autograder import content
from autograder.judging import judge_in_process
from autograder.scenarios.candidates import stage
from tests.scenarios.gatekeeper import comparable

LESSON = "30_release_gate"
TASKS = [task.id for task in content.course().lesson(LESSON).tasks]
CORPUS = Path(content.lesson_dir(LESSON) / "corpus")


def answer(name: str, solved: dict[str, Any]) -> Any:
    """Give the function that a corpus file defines, in the solved lesson's namespace."""
    source = (CORPUS / f"{name}.py").read_text(encoding="utf-8")
    namespace = dict(solved)
    exec(compile(source, name, "exec"), namespace)
    found = re.search(r"^task: (\w+)$", source, re.MULTILINE)
    assert found is not None
    return namespace[found[1]]


def test_predictions_come_out_as_the_text_says(solved: dict[str, Any]) -> None:
    """Each number the prose reads off an output is the one the cell computes."""
    assert solved["outcomes"] == {
        "ahead_by_luck": 30,
        "three_points": 1192,
        "silent_gate": 94,
        "twelve_slices": 46,
        "until_green": 14.3,
        "judge_gives": 2.5,
        "in_force_hours": 6.0,
        "three_over_n": 2.0,
        "rarest": 149,
        "corrected": 71.4,
    }
    assert solved["sizes"][0.02] == 2695


def test_the_registry_is_the_one_the_text_tells_of(solved: dict[str, Any]) -> None:
    """Versions, runs, rates and true losses are as quoted."""
    seen, rate = solved["seen"], solved["rate"]
    assert seen.baseline == "v56"
    assert [v.id for v in seen.versions] == ["v56", "v57", "v58", "v59", "v60"]
    assert rate(seen.run("run-02")) == 70.7
    assert [rate(run) for run in seen.runs_of("v57")] == [70.1, 71.0, 71.5]
    assert rate(seen.runs_of("v59")[0]) == 74.6
    assert {r.judge for r in seen.runs if r.version != "v59"} == {"judge-2"}
    assert [r.judge for r in seen.runs_of("v59")] == ["judge-3"]
    effects = solved["registry"].truth.effects
    assert (effects["v57"].loss, effects["v59"].loss) == pytest.approx((0.01, 0.01))
    assert effects["v57"].outcome > 0
    author = next(v.author for v in seen.versions if v.id == "v60")
    assert next(g for g in seen.goldens if g.id == "golden-3").edited_by == author
    liked, people = solved["liked"], solved["by_people"]
    assert (liked["lost"] < liked["won"], people["lost"] > people["won"]) == (True, True)
    assert people["items"] == 100


def test_examples_in_the_text_hold(solved: dict[str, Any]) -> None:
    """The worked example of every task is what its reference returns."""

    def row(item: str, verdict: str, attempt: int = 1) -> dict[str, Any]:
        return {"item": item, "attempt": attempt, "verdict": verdict}

    before = [row("q1", "pass"), row("q2", "pass"), row("q3", "fail"), row("q4", "pass")]
    after = [row("q1", "pass", 2), row("q1", "timeout"), row("q2", "pass"), row("q3", "ungraded")]
    table = {"items": 2, "lost": 1, "won": 0, "dropped": 2, "p_worse": 0.5}
    assert solved["pair_runs"](before, after) == table
    plan = solved["plan_gate"](0.02, 0.1, 0.05, 0.95, {"billing": 300, "german": 60})
    assert plan == {
        "items": 2695,
        "visible": {"billing": pytest.approx(0.064, abs=5e-4), "german": None},
    }
    z = norm.ppf(0.975) + norm.ppf(0.95)
    assert z * math.sqrt(0.1 / (60 + z * z)) == pytest.approx(0.133, abs=5e-4)
    slices = [("german", 300, 40, 12), ("large", 900, 40, 45), ("small", 30, 1, 1)]
    rows = [dict(zip(("slice", "items", "lost", "won"), s, strict=True)) for s in slices]
    verdicts = {"german": "worse", "large": "held", "small": "unknown"}
    assert solved["judge_slices"](rows, 0.06, 0.05) == verdicts
    decision = {"verdict": "block", "because": ["limit:p95_ms", "slice:alerts"]}
    assert solved["decide"](solved["gate"], [solved["report"]]) == [decision]
    chosen = solved["choose_runs"](solved["shown_registry"], "v59", ["golden", "judge"])
    assert chosen == {"baseline": "run-02", "candidate": "run-07", "problems": ["judge"]}
    chosen = solved["choose_runs"](solved["shown_registry"], "v57", ["golden", "judge"])
    assert chosen == {"baseline": "run-02", "candidate": "run-03", "problems": []}
    (low, high), (worse, _) = solved["example"]
    assert (round(100 * high, 2), round(100 * worse, 1), low < 0) == (1.24, 0.9, True)


def test_the_figure_shows_what_the_gates_do(solved: dict[str, Any]) -> None:
    """The one-point rule errs on 100 items, where the gate is silent; lines and marks agree."""
    curves, shown = solved["curves"], solved["shown"]
    one_point = curves["rule 100"]["block"]
    assert one_point[0] == pytest.approx(0.31, abs=0.01)
    assert one_point[40] == pytest.approx(0.56, abs=0.01)
    assert curves["gate 4200"]["ship"][[0, 20, 40]] == pytest.approx([0.98, 0.5, 0.02], abs=0.004)
    assert set(curves) == set(shown)
    for which, lines in curves.items():
        for multiple, said in shown[which].items():
            place = round(multiple * 0.02 / 0.0005)
            assert said.total() == 100
            for verdict, law in lines.items():
                assert said[verdict] / 100 == pytest.approx(law[place], abs=0.15)


def test_on_many_items_the_one_point_rule_draws_the_same_curves(solved: dict[str, Any]) -> None:
    """It blocks as the gate of 4,200 items does, to 3 points at every loss."""
    losses = solved["losses"]
    spread = np.sqrt((0.1 - losses**2) / 4200)
    rule = norm.sf((0.01 - losses) / spread)
    assert np.abs(rule - solved["curves"]["gate 4200"]["block"]).max() < 0.03


def test_four_candidates_are_refused_for_four_reasons(solved: dict[str, Any]) -> None:
    """The whole gate on the registry says what the text says of it."""
    said = {name: (one["verdict"], one["because"]) for name, one in solved["final"].items()}
    assert said == {
        "v57": ("block", ["limit:p95_ms"]),
        "v58": ("block", ["outcome"]),
        "v59": ("invalid", ["differs:judge"]),
        "v60": ("invalid", ["differs:edited_by"]),
    }


def test_the_pool_of_300_agrees_with_the_curve(solved: dict[str, Any]) -> None:
    """By true loss: ships what loses nothing, blocks at the margin, halves in between."""
    pool, verdicts = solved["pool"], solved["verdicts"]
    shipped = dict.fromkeys((0.0, 0.5, 1.0, 1.5), 0)
    for table, verdict in zip(pool.public.tables, verdicts, strict=True):
        shipped[pool.multiples[table.name]] += verdict == "ship"
    assert shipped[0.0] >= 0.95 * 75
    assert 0.35 < shipped[0.5] / 75 < 0.65
    assert max(shipped[1.0], shipped[1.5]) <= 4


def test_the_policy_s_figures_hold(solved: dict[str, Any]) -> None:
    """A slice of 600 shows losses above 5 points; the gate ships half at 1 point, 2 % at 2."""
    plan = solved["plan_gate"](0.02, 0.1, 0.02, 0.95, {"a": 600, "b": 600, "c": 600})
    assert plan["visible"]["a"] == pytest.approx(0.052, abs=1e-3)


def test_the_chance_is_scipy_s(solved: dict[str, Any], judge: ModuleType) -> None:
    """McNemar's one-sided exact test, in the lesson and in the judge."""
    for lost in range(0, 40, 3):
        for won in range(0, 40, 4):
            p = binomtest(lost, lost + won, alternative="greater").pvalue if lost + won else 1.0
            assert solved["tail"](lost, won) == pytest.approx(p, rel=1e-12)
            assert judge.tail(lost, won) == pytest.approx(p, rel=1e-9)


def test_bounds_cover_as_they_promise(solved: dict[str, Any], judge: ModuleType) -> None:
    """By exact enumeration each misses the true loss with a chance near alpha."""
    n, discordant, loss, alpha = 300, 0.1, 0.03, 0.05
    law = multinomial(n, [(discordant + loss) / 2, (discordant - loss) / 2, 1 - discordant])
    below = above = 0.0
    for lost in range(60):
        for won in range(50):
            chance = float(law.pmf([lost, won, n - lost - won]))
            low, high = solved["bounds"](n, lost, won, alpha)
            assert high == pytest.approx(judge.upper(n, lost, won, alpha), abs=1e-12)
            below, above = below + chance * (high < loss), above + chance * (low > loss)
    assert (below, above) == pytest.approx((alpha, alpha), abs=0.012)


def test_a_plan_has_the_power_it_says(solved: dict[str, Any]) -> None:
    """At n, the test of task 3 ships a harmless candidate as often as the power asks."""
    random = np.random.default_rng(30)
    for effect, discordant, alpha, power in ((0.02, 0.1, 0.05, 0.95), (0.03, 0.12, 0.02, 0.8)):
        n = solved["plan_gate"](effect, discordant, alpha, power, {"a": 100})["items"]
        apart = random.binomial(n, discordant, 4_000)
        lost = random.binomial(apart, 0.5)
        tables = zip(lost.tolist(), (apart - lost).tolist(), strict=True)
        held = [solved["bounds"](n, *table, alpha)[1] < effect for table in tables]
        assert np.mean(held) == pytest.approx(power, abs=0.02)


def test_the_judge_s_outcomes_carry_all_the_chance(judge: ModuleType) -> None:
    """Laws over the splits sum to one, and the grid gives the exact chance of a verdict."""
    for n, discordant, margin in ((4_200, 0.1, 0.02), (394, 0.085, 0.03), (1_577, 0.085, 0.03)):
        tables, laws = judge._outcomes(n, discordant, margin)
        assert len(tables) <= 150
        for multiple, law in laws.items():
            assert sum(law) == pytest.approx(1, abs=2e-3)
            ship = sum(
                p for p, t in zip(law, tables, strict=True) if judge.upper(n, *t, 0.02) < margin
            )
            assert ship == pytest.approx(_exact(judge, n, discordant, margin, multiple), abs=0.015)


def _exact(judge: ModuleType, n: int, discordant: float, margin: float, multiple: float) -> float:
    """Sum over every number of disagreements and every split."""
    share, total = (discordant + multiple * margin) / discordant / 2, 0.0
    for apart, chance in enumerate(binom.pmf(range(n + 1), n, discordant)):
        if chance > 1e-7:
            split = binom.pmf(range(apart + 1), apart, share)
            ships = [judge.upper(n, lost, apart - lost, 0.02) < margin for lost in range(apart + 1)]
            total += chance * float(split @ np.array(ships))
    return total


def test_the_choice_of_runs_is_the_world_s(judge: ModuleType) -> None:
    """The judge's oracle and the world's truth name the same pairs, on 30 registries."""
    fields = ["golden", "judge", "harness", "index", "temperature"]
    for seed in range(30):
        world = stage(seed, items=60)
        public = world.public
        registry = {
            "baseline": public.baseline,
            "versions": [vars(v) for v in public.versions],
            "goldens": [vars(g) for g in public.goldens],
            "runs": [{**vars(r), **r.manifest, "finished": len(r.items)} for r in public.runs],
        }
        for candidate, pair in world.truth.pairs.items():
            found = judge._chosen(registry, candidate, fields)
            assert (not found["problems"]) == (pair is not None)
            if pair is not None:
                assert (found["baseline"], found["candidate"]) == pair
            assert pair == comparable(public, candidate)


def test_every_flaw_of_an_override_breaks_its_rule(judge: ModuleType) -> None:
    """Each drawn exception breaks the rule that its flaw names, and a sound one none."""
    rules = {
        "": "", "at once": "", "just now": "", "digest": "digest", "person": "person",
        "author": "person", "covers": "covers",
        "over": "time", "before": "time", "blanket": "time", "edge": "time", "long": "expiry",
        "open": "expiry", "digest+person": "digest", "author+covers": "person",
        "covers+long": "covers", "long+before": "expiry", "open+blanket": "expiry",
    }  # fmt: skip
    for seed in range(200):
        case = judge._exception(Random(seed), list(rules))
        broken = [judge._broken(one, case) for one in case["overrides"]]
        assert broken == list(rules.values())
        offsets = {one["granted"][-6:] for one in case["overrides"]}
        assert len(offsets) > 1


@pytest.mark.parametrize("task", TASKS)
def test_references_are_full_and_other_values_are_not(task: str, solved: dict[str, Any]) -> None:
    """On 15 cases the reference is full; its replies to other cases are not."""
    replies: list[Any] = []

    def remember(*args: Any) -> Any:
        replies.append(solved[task](*args))
        return replies[-1]

    for seed in range(15):
        replies.clear()
        [own] = judge_in_process(LESSON, task, solved | {task: remember}, [seed])
        assert own.full, own.reason
        sent = iter([*replies, *replies])
        copied = solved | {task: lambda *args, sent=sent: next(sent)}
        [other] = judge_in_process(LESSON, task, copied, [seed + 1_000])
        assert not other.full
