"""The posterior, and the choice of the next task."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.placement.adaptive import Belief, model
from autograder.placement.records import SCALES

MODEL = model()
TASKS = MODEL.parameters.tasks
SOME = (("all_pages", True), ("gate", False), ("recall_at_k", True), ("read_rows", True))


def believed(*answers: tuple[str, bool]) -> Belief:
    belief = MODEL.before()
    for task, solved in answers:
        belief = belief.after(task, solved)
    return belief


def test_before_any_answer_the_belief_is_the_population() -> None:
    """Means, standard deviations and correlation on the grid are the dataset's."""
    people, belief = MODEL.parameters.population, MODEL.before()
    for scale, mean, sd in zip(SCALES, people.means, people.sds, strict=True):
        found = belief.estimate(scale)
        assert (found.mean, found.sd) == pytest.approx((mean, sd), abs=0.01)
    x = np.linspace(-6.35, 6.35, len(belief.shares))
    moment = float(x @ belief.shares @ x) / (people.sds[0] * people.sds[1])
    assert moment == pytest.approx(people.correlation, abs=0.01)


def test_the_posterior_is_what_weighing_a_sample_of_people_gives() -> None:
    """Means and errors agree with 200,000 people weighted by how likely they answer so."""
    people = MODEL.parameters.population
    (a, b), r = people.sds, people.correlation
    drawn = np.random.default_rng(5).multivariate_normal(
        people.means, [[a * a, r * a * b], [r * a * b, b * b]], 200_000
    )
    weights = np.ones(len(drawn))
    for name, solved in SOME:
        task = next(one for one in TASKS if one.id == name)
        gap = drawn[:, SCALES.index(task.scale)] - task.difficulty
        chance = 1 / (1 + np.exp(-task.discrimination * gap))
        weights *= chance if solved else 1 - chance
    for column, scale in zip(drawn.T, SCALES, strict=True):
        mean = np.average(column, weights=weights)
        sd = np.sqrt(np.average((column - mean) ** 2, weights=weights))
        found = believed(*SOME).estimate(scale)
        assert (found.mean, found.sd) == pytest.approx((mean, sd), abs=0.02)


def test_the_order_of_the_answers_does_not_matter() -> None:
    """The same answers, the same belief."""
    there, back = believed(*SOME), believed(*reversed(SOME))
    assert there.shares == pytest.approx(back.shares)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_a_solved_task_raises_its_scale_and_the_other_a_little(task: object) -> None:
    """And an unsolved one lowers both, since the abilities are correlated."""
    name, scale = getattr(task, "id", ""), getattr(task, "scale", "")
    other = next(one for one in SCALES if one != scale)
    up, down, before = believed((name, True)), believed((name, False)), MODEL.before()
    for one in (scale, other):
        assert down.estimate(one).mean < before.estimate(one).mean < up.estimate(one).mean
    assert up.estimate(scale).mean > up.estimate(other).mean


def test_information_is_what_an_answer_takes_from_the_uncertainty() -> None:
    """For each task: the entropy of the bands now, less the mean entropy after either answer."""
    belief = believed(*SOME[:2])

    def uncertainty(one: Belief) -> float:
        shares = one.pairs()
        return float(-(shares[shares > 0] * np.log2(shares[shares > 0])).sum())

    for row, task in enumerate(TASKS):
        own = belief.shares.sum(axis=1 - SCALES.index(task.scale))
        chance = float(MODEL.solving[row] @ own)
        after = chance * uncertainty(belief.after(task.id, True))
        after += (1 - chance) * uncertainty(belief.after(task.id, False))
        assert belief.information()[row] == pytest.approx(uncertainty(belief) - after)


def test_the_next_task_fits_is_new_and_lies_on_an_open_scale() -> None:
    """Until both scales are sure, or nothing fits; and it tells most a minute of what may be."""
    belief, asked, left = MODEL.before(), list[str](), 12.0
    while task := belief.next_task(asked, left):
        assert task.id not in asked
        assert task.minutes <= left
        assert task.scale in belief.open_scales()
        told = dict(zip((one.id for one in TASKS), belief.information(), strict=True))
        rivals = [
            told[one.id] / one.minutes
            for one in TASKS
            if one.id not in asked and one.minutes <= left and one.scale in belief.open_scales()
        ]
        assert told[task.id] / task.minutes == max(rivals)
        belief, left = belief.after(task.id, len(asked) % 2 == 0), left - task.minutes
        asked.append(task.id)
    assert len(asked) > 3


def test_the_test_ends_where_both_scales_are_sure() -> None:
    """With time and tasks left; and goes on while one is open."""
    solved = [(task.id, True) for task in TASKS if task.scale == "software"]
    half = believed(*solved)
    assert half.open_scales() == ("evaluation",)
    asked = [name for name, _ in solved]
    following = half.next_task(asked, 30)
    assert following is not None
    assert following.scale == "evaluation"
    failed = [(task.id, False) for task in TASKS if task.scale == "evaluation"]
    whole = believed(*solved, *failed)
    assert whole.open_scales() == ()
    assert whole.next_task([], 30) is None


def test_shares_add_up_and_the_extremes_lead_to_the_ends() -> None:
    """Nobody solves nothing and starts at the Senior rung."""
    for belief in (believed(*SOME), MODEL.before()):
        assert belief.start_shares().sum() == pytest.approx(1)
        assert [belief.band_shares(s).sum() for s in SCALES] == pytest.approx([1, 1])
    assert believed(*((task.id, False) for task in TASKS)).start() == 0
    assert believed(*((task.id, True) for task in TASKS)).start() == 4
