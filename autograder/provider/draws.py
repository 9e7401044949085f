"""Seeded random numbers that are a function of what they are for.

There is no generator and no state: a draw is a hash of its parts and its
purpose. So the same call gives the same answer wherever it falls in a run, two
prompts about the same item share that item's luck, and adding a draw to the
code changes no other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from statistics import NormalDist
from typing import TypeVar

__all__ = ["Draws"]

T = TypeVar("T")
_STANDARD = NormalDist()
_SCALE = 2.0**-53


class Draws:
    """Draw numbers named by their purpose from the distribution asked for.

    `Draws(seed, version, text).uniform("refusal")` is one number, always the
    same. Parts may be anything whose `repr` tells them apart.
    """

    __slots__ = ("_key",)

    def __init__(self, *parts: object) -> None:
        self._key = blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=32).digest()

    def within(self, *parts: object) -> Draws:
        """Return independent draws for a part of this, such as one choice of several."""
        return Draws(self._key, *parts)

    def uniform(self, purpose: str) -> float:
        """Return a number strictly between 0 and 1."""
        digest = blake2b(purpose.encode("utf-8", "surrogatepass"), digest_size=8, key=self._key)
        return ((int.from_bytes(digest.digest(), "big") >> 11) + 0.5) * _SCALE

    def chance(self, purpose: str, probability: float) -> bool:
        """Return True with this probability."""
        return self.uniform(purpose) < probability

    def normal(self, purpose: str, mean: float = 0.0, sd: float = 1.0) -> float:
        """Return a normal number."""
        return _STANDARD.inv_cdf(self.uniform(purpose)) * sd + mean

    def lognormal(self, purpose: str, median: float, sigma: float) -> float:
        """Return a number whose logarithm is normal around the median's, with sd `sigma`."""
        return median * math.exp(sigma * self.normal(purpose))

    def poisson(self, purpose: str, mean: float) -> int:
        """Return a Poisson count, by inversion; for small means."""
        left, term, number = self.uniform(purpose), math.exp(-mean), 0
        while left >= term and number < 1_000:
            left -= term
            number += 1
            term *= mean / number
        return number

    def integer(self, purpose: str, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + min(int(self.uniform(purpose) * (high - low + 1)), high - low)

    def choice(self, purpose: str, options: Sequence[T]) -> T:
        """Return one of the options, each as likely."""
        return options[self.integer(purpose, 0, len(options) - 1)]

    def weighted(self, purpose: str, weights: Mapping[T, float]) -> T:
        """Return one of the keys, each as likely as its share of the weights."""
        left = self.uniform(purpose) * sum(weights.values())
        for option, weight in weights.items():
            left -= weight
            if left < 0:
                return option
        return next(reversed(list(weights)))
