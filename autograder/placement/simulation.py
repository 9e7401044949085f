"""Sit the placement test as simulated people, and count where they are placed.

Every number that comes from here is simulated: it tells what the test does if
people are as the model says, and nothing about whether they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random

import numpy as np
import numpy.typing as npt

from autograder.placement.adaptive import Model
from autograder.placement.records import Parameters

__all__ = ["Profile", "Report", "Sitting", "disturbed", "people", "report", "sit"]

PACE = 0.35  # sd of the log of minutes taken over minutes granted; judgement


@dataclass(frozen=True)
class Profile:
    """A simulated person: both abilities, on the scale of the difficulties."""

    software: float
    evaluation: float


@dataclass(frozen=True)
class Sitting:
    """One test of one profile: where they belong, where they were placed, how long it took.

    `share` is the posterior's share of the start they were placed at.
    """

    profile: Profile
    belongs: int
    placed: int
    share: float
    items: int
    minutes: float


@dataclass(frozen=True)
class Report:
    """Many sittings: `confusion[i, j]` people belong at start i and were placed at j."""

    starts: tuple[str, ...]
    sittings: tuple[Sitting, ...]

    @property
    def confusion(self) -> npt.NDArray[np.int_]:
        """Count the sittings by where people belong (rows) and were placed (columns)."""
        counts = np.zeros((len(self.starts), len(self.starts)), dtype=int)
        for one in self.sittings:
            counts[one.belongs, one.placed] += 1
        return counts

    def within(self, steps: int) -> float:
        """Return the share of people placed at most so many starts from their own."""
        return float(np.mean([abs(s.placed - s.belongs) <= steps for s in self.sittings]))

    def expected(self) -> float:
        """Return the share of exact placements that the posteriors themselves expect."""
        return float(np.mean([one.share for one in self.sittings]))

    def __str__(self) -> str:
        heads = "".join(f"{name[:2]:>6}" for name in self.starts)
        rows = [
            f"{name[:2]:>8} {''.join(f'{count:>6}' for count in row)}"
            for name, row in zip(self.starts, self.confusion.tolist(), strict=True)
        ]
        items = [one.items for one in self.sittings]
        minutes = [one.minutes for one in self.sittings]
        return "\n".join(
            (
                f"{len(self.sittings):,} simulated people; rows: belongs, columns: placed",
                f"{'':>8} {heads}",
                *rows,
                f"exact {self.within(0):.1%} (the posterior expects {self.expected():.1%}), "
                f"within one step {self.within(1):.1%}",
                f"items: median {np.median(items):.0f}, 90 % at most {np.quantile(items, 0.9):.0f}",
                f"minutes: median {np.median(minutes):.0f}, "
                f"90 % at most {np.quantile(minutes, 0.9):.0f}, longest {max(minutes):.0f}",
            )
        )


def people(count: int, parameters: Parameters, seed: int) -> list[Profile]:
    """Draw people from the population."""
    population = parameters.population
    (a, b), r = population.sds, population.correlation
    covariance = [[a * a, r * a * b], [r * a * b, b * b]]
    drawn = np.random.default_rng(seed).multivariate_normal(population.means, covariance, count)
    return [Profile(*pair) for pair in drawn.tolist()]


def disturbed(parameters: Parameters, seed: int, shift: float, factor: float) -> Parameters:
    """Return what might be true if our judgement errs.

    Each difficulty moves by a normal of sd `shift`, each discrimination is
    multiplied by the exponential of a normal of sd `factor`.
    """
    draw = Random(seed)
    tasks = tuple(
        replace(
            task,
            difficulty=task.difficulty + draw.gauss(0, shift),
            discrimination=task.discrimination * math.exp(draw.gauss(0, factor)),
        )
        for task in parameters.tasks
    )
    return replace(parameters, tasks=tasks)


def sit(model: Model, profile: Profile, seed: int, truth: Parameters | None = None) -> Sitting:
    """Let one profile take the test; `truth` holds the parameters by which they answer."""
    draw = Random(seed)
    tasks = {task.id: task for task in (truth or model.parameters).tasks}
    belief, asked, minutes = model.before(), list[str](), 0.0
    while task := belief.next_task(asked, model.parameters.minutes - minutes):
        real = tasks[task.id]
        ability: float = getattr(profile, task.scale)
        chance = 1 / (1 + math.exp(-real.discrimination * (ability - real.difficulty)))
        belief = belief.after(task.id, draw.random() < chance)
        asked.append(task.id)
        minutes += task.counted(task.minutes * draw.lognormvariate(0, PACE))
    belongs = model.parameters.start(profile.software, profile.evaluation)
    placed = belief.start()
    share = float(belief.start_shares()[placed])
    return Sitting(profile, belongs, placed, share, len(asked), minutes)


def report(
    model: Model, profiles: Iterable[Profile], seed: int, truth: Parameters | None = None
) -> Report:
    """Let each profile take the test once, on seeds counted up from `seed`."""
    sittings = tuple(sit(model, one, seed + i, truth) for i, one in enumerate(profiles))
    return Report(tuple(start.lesson for start in model.parameters.starts), sittings)
