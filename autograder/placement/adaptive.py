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

_STEP = 0.1
_POINTS = np.arange(-6.35, 6.4, _STEP)  # cuts have one decimal, so that none is a point


@dataclass(frozen=True)
class Estimate:
    """An ability as the posterior has it, on the scale of the difficulties; `sd` is its error."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Model:
    """The parameters as arrays over the grid of both abilities.

    Shapes: n points of an ability, m tasks, k bands of a scale. Pairs of
    abilities are (n, n), `software` first.
    """

    parameters: Parameters

    @cached_property
    def prior(self) -> Array:
        """Return the share of the population at each pair of abilities: (n, n)."""
        people = self.parameters.population
        x, y = ((_POINTS - m) / sd for m, sd in zip(people.means, people.sds, strict=True))
        r = people.correlation
        square = np.add.outer(x * x, y * y) - 2 * r * np.multiply.outer(x, y)
        return _normalised(np.exp(-square / (2 * (1 - r * r))))

    @cached_property
    def solving(self) -> Array:
        """Return each task's chance of being solved at each point of its own scale: (m, n)."""
        return np.stack([_chances(task) for task in self.parameters.tasks])

    @cached_property
    def bands(self) -> tuple[Array, ...]:
        """Return, for each scale, which band holds each point: (n, k) of zeros and ones."""
        cuts = [self.parameters.cuts(scale) for scale in SCALES]
        return tuple(np.eye(len(ends) + 1)[np.digitize(_POINTS, ends)] for ends in cuts)

    @cached_property
    def starts(self) -> Numbers:
        """Return the place of the recommended start for each pair of bands: (k, k)."""
        software, evaluation = (_POINTS[one.argmax(axis=0)] for one in self.bands)
        found = [[self.parameters.start(s, e) for e in evaluation] for s in software]
        return np.array(found, dtype=int)

    def before(self) -> Belief:
        """Return what is believed of somebody who has answered nothing."""
        return Belief(self, self.prior)


@dataclass(frozen=True)
class Belief:
    """A posterior over the grid: `shares` (n, n), which sum to 1."""

    model: Model
    shares: Array

    def after(self, task: str, solved: bool) -> Belief:
        """Return the belief once this task was solved, or was not."""
        tasks = self.model.parameters.tasks
        row = next(i for i, one in enumerate(tasks) if one.id == task)
        chance = self.model.solving[row] if solved else 1 - self.model.solving[row]
        along = chance[:, None] if tasks[row].scale == SCALES[0] else chance[None, :]
        return Belief(self.model, _normalised(self.shares * along))

    def estimate(self, scale: Scale) -> Estimate:
        """Return the posterior's mean and standard deviation on one scale."""
        shares = self._on(scale)
        mean = float(shares @ _POINTS)
        return Estimate(mean, float(np.sqrt(shares @ (_POINTS - mean) ** 2)))

    def band_shares(self, scale: Scale) -> Array:
        """Return how much of the posterior each band of a scale holds, lowest first: (k,)."""
        found: Array = self._on(scale) @ self.model.bands[SCALES.index(scale)]
        return found

    def start_shares(self) -> Array:
        """Return how much of the posterior each start holds, in their order."""
        return np.bincount(self.model.starts.ravel(), self.pairs().ravel()).astype(float)

    def pairs(self) -> Array:
        """Return how much of the posterior each pair of bands holds: (k, k)."""
        software, evaluation = self.model.bands
        found: Array = software.T @ self.shares @ evaluation
        return found

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
        pairs, solved = self.pairs(), self._solved_in_pairs()
        share = solved.sum(axis=(1, 2))
        answer = _entropy(np.stack([share, 1 - share], axis=1))
        both = _entropy(np.stack([solved, pairs - solved], axis=1))
        return _entropy(pairs[None]) + answer - both

    def _solved_in_pairs(self) -> Array:
        """Return the share that is in each pair of bands and solves each task: (m, k, k)."""
        software, evaluation = self.model.bands
        by_scale = {
            "software": (software, self.shares @ evaluation, "mn,nj,nk->mjk"),
            "evaluation": (evaluation, software.T @ self.shares, "mn,nk,jn->mjk"),
        }
        scales = np.array([task.scale for task in self.model.parameters.tasks])
        found = np.empty((len(scales), *self.model.starts.shape))
        for scale, (own, rest, axes) in by_scale.items():
            chosen = scales == scale
            found[chosen] = np.einsum(axes, self.model.solving[chosen], own, rest)
        return found

    def _on(self, scale: Scale) -> Array:
        found: Array = self.shares.sum(axis=1 - SCALES.index(scale))
        return found


@lru_cache(maxsize=1)
def model() -> Model:
    """Return the model of the course's own parameters."""
    return Model(parameters())


def _chances(task: Task) -> Array:
    found: Array = 1 / (1 + np.exp(-task.discrimination * (_POINTS - task.difficulty)))
    return found


def _normalised(shares: Array) -> Array:
    whole: Array = shares / shares.sum()
    return whole


def _entropy(shares: Array) -> Array:
    """Return the entropy over all axes but the first, in bits."""
    safe = np.clip(shares, 1e-300, None).reshape(len(shares), -1)
    bits: Array = -(safe * np.log2(safe)).sum(axis=1)
    return bits
