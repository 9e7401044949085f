"""The provider's time: the wall's, or one that a test can advance."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

__all__ = ["Clock", "WallClock"]


class Clock(Protocol):
    """Tell the time and wait; everything in the provider that takes time asks one of these."""

    def now(self) -> float:
        """Return seconds since 1970-01-01 UTC."""

    async def sleep(self, seconds: float) -> None:
        """Return when `seconds` have passed on this clock."""


class WallClock:
    """Real time, with latencies multiplied by `factor`; 0 answers at once."""

    def __init__(self, factor: float = 1.0) -> None:
        self.factor = factor

    def now(self) -> float:
        """Return real seconds since 1970-01-01 UTC."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` times the factor."""
        if seconds * self.factor > 0:
            await asyncio.sleep(seconds * self.factor)
