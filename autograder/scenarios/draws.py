"""Seeded choices that come out alike in every interpreter.

Only `Random.random` is used: Python promises its sequence for a seed, and
promises it for no other method.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

__all__ = ["Stream"]

T = TypeVar("T")


class Stream:
    """Draw one number after another; streams with different names are independent."""

    __slots__ = ("_next",)

    def __init__(self, *name: object) -> None:
        self._next = Random("|".join(map(repr, name))).random

    def unit(self) -> float:
        """Return a number from 0 up to 1, 1 not included."""
        return self._next()

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self._next() < probability

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._next() * (high - low + 1))

    def choice(self, options: Sequence[T]) -> T:
        """Return one of the options, each as likely."""
        return options[int(self._next() * len(options))]

    def sample(self, options: Sequence[T], size: int) -> list[T]:
        """Return `size` different options in random order."""
        left = list(options)
        for i in range(size):
            j = i + int(self._next() * (len(left) - i))
            left[i], left[j] = left[j], left[i]
        return left[:size]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """Return the options in random order."""
        return self.sample(options, len(options))

    def bell(self) -> float:
        """Return a number of mean 0 and standard deviation 1, close to normal, within 3.5."""
        total = self._next() + self._next() + self._next() + self._next()
        return (total - 2.0) * 1.7320508075688772
