"""What answers say about two abilities, and which task to ask next.

Each scale is a two-parameter logistic model (2PL). The posterior of both
abilities is kept whole, on a grid: an answer multiplies it, and everything
else is a sum over it (EAP, Bock and Mislevy 1982,
https://doi.org/10.1177/014662168200600405).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from autograder.placement.records import SCALES, Parameters, Scale, Task, parameters

__all__ = ["Belief", "Estimate", "Model", "model"]

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int_]

_STEP = 0.2
_POINTS = np.arange(-6.35, 6.4, _STEP)  # no point lies on a cut, where a band would gain by it


@dataclass(frozen=True)
class Estimate:
    """An ability as the posterior has it, on the scale of the difficulties; `sd` is its error."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Model:
    """The parameters as arrays over the grid: a point is a pair of abilities.

    Shapes: n points, m tasks, k bands (pairs of one band of each scale).
    """

    parameters: Parameters

    @cached_property
    def abilities(self) -> Array:
        """Return the points: (2, n), the scales in their order."""
        return np.stack([axis.ravel() for axis in np.meshgrid(_POINTS, _POINTS, indexing="ij")])

    @cached_property
    def prior(self) -> Array:
        """Return the share of the population at each point: (n,)."""
        people = self.parameters.population
        x, y = (self.abilities.T - people.means).T / np.array(people.sds)[:, None]
        r = people.correlation
        return _normalised(np.exp(-(x * x - 2 * r * x * y + y * y) / (2 * (1 - r * r))))

    @cached_property
    def solving(self) -> Array:
        """Return each task's chance of being solved at each point: (m, n)."""
        return np.stack([self._chances(task) for task in self.parameters.tasks])

    @cached_property
    def bands(self) -> Numbers:
        """Return, for each scale, the number of the band of each point: (2, n)."""
        cuts = (self.parameters.cuts(scale) for scale in SCALES)
        found = [np.digitize(a, c) for a, c in zip(self.abilities, cuts, strict=True)]
        return np.stack(found).astype(int)

    @cached_property
    def cells(self) -> Array:
        """Return which pair of bands holds each point: (n, k) of zeros and ones."""
        software, evaluation = self.bands
        pair = software * (evaluation.max() + 1) + evaluation
        held: Array = np.equal.outer(pair, np.unique(pair)).astype(float)
        return held

    @cached_property
    def starts(self) -> Numbers:
        """Return the place of the recommended start at each point: (n,)."""
        return np.array([self.parameters.start(*pair) for pair in self.abilities.T], dtype=int)

    def before(self) -> Belief:
        """Return what is believed of somebody who has answered nothing."""
        return Belief(self, self.prior)

    def _chances(self, task: Task) -> Array:
        ability = self.abilities[SCALES.index(task.scale)]
        chances: Array = 1 / (1 + np.exp(-task.discrimination * (ability - task.difficulty)))
        return chances


@dataclass(frozen=True)
class Belief:
    """A posterior over the grid: `shares` (n,), which sum to 1."""

    model: Model
    shares: Array

    def after(self, task: str, solved: bool) -> Belief:
        """Return the belief once this task was solved, or was not."""
        chance = self.model.solving[self._row(task)]
        return Belief(self.model, _normalised(self.shares * (chance if solved else 1 - chance)))

    def estimate(self, scale: Scale) -> Estimate:
        """Return the posterior's mean and standard deviation on one scale."""
        ability = self.model.abilities[SCALES.index(scale)]
        mean = float(self.shares @ ability)
        return Estimate(mean, float(np.sqrt(self.shares @ (ability - mean) ** 2)))

    def band_shares(self, scale: Scale) -> Array:
        """Return how much of the posterior each band of a scale holds, lowest band first."""
        return _summed(self.shares, self.model.bands[SCALES.index(scale)])

    def start_shares(self) -> Array:
        """Return how much of the posterior each start holds, in their order."""
        return _summed(self.shares, self.model.starts)

    def start(self) -> int:
        """Return the place of the most probable start, from 0."""
        return int(self.start_shares().argmax())

    def open_scales(self) -> tuple[Scale, ...]:
        """List the scales on which no band is sure yet."""
        sure = self.model.parameters.sure
        return tuple(scale for scale in SCALES if self.band_shares(scale).max() < sure)

    def next_task(self, asked: Collection[str], minutes_left: float) -> Task | None:
        """Choose the task that tells most a minute; None where the test is over.

        It is over where every scale is sure, or where no task is left on an
        open scale that fits into the minutes.
        """
        scales, told = self.open_scales(), self.information()
        waiting = [
            (told[row] / task.minutes, -row, task)
            for row, task in enumerate(self.model.parameters.tasks)
            if task.scale in scales and task.id not in asked and task.minutes <= minutes_left
        ]
        return max(waiting)[2] if waiting else None

    def information(self) -> Array:
        """Return what each task would tell of the bands on average, in bits: (m,).

        That is the mutual information of the answer and the pair of bands. A
        task's Fisher information tells how sharply it measures an ability, but
        a decision gains only from what happens at the cuts.
        """
        right = (self.model.solving * self.shares) @ self.model.cells
        cells = self.shares @ self.model.cells
        answers = _entropy(np.stack([right.sum(axis=1), 1 - right.sum(axis=1)], axis=1))
        both = _entropy(np.concatenate([right, cells - right], axis=1))
        return _entropy(cells[None, :]) + answers - both

    def _row(self, task: str) -> int:
        return next(i for i, one in enumerate(self.model.parameters.tasks) if one.id == task)


@lru_cache(maxsize=1)
def model() -> Model:
    """Return the model of the course's own parameters."""
    return Model(parameters())


def _normalised(shares: Array) -> Array:
    whole: Array = shares / shares.sum()
    return whole


def _summed(shares: Array, places: Numbers) -> Array:
    return np.bincount(places, shares).astype(float)


def _entropy(shares: Array) -> Array:
    """Return the entropy of each row, in bits."""
    safe = np.clip(shares, 1e-300, None)
    bits: Array = -(safe * np.log2(safe)).sum(axis=1)
    return bits
