"""A client with care, whose every care can be switched off: the sinners of the verdict's tests."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

from autograder.provider.sleeping import async_sleeper

__all__ = ["Client", "Outcome"]

RETRYABLE = frozenset({408, 409, 429, 500, 502, 503, 504, 529})


@dataclass(frozen=True)
class Outcome:
    """What came of a request: the reply's JSON, or None, and the id of the last reply."""

    reply: Any
    request_id: str = ""


@dataclass
class Client:
    """Ask a served provider, with patience.

    `attempts` is the most per request; `obey` follows Retry-After, `again`
    tells which statuses are worth another attempt, `quota_again` and `goes_on`
    whether the same request, and others, are sent after insufficient_quota.
    Waits grow from `base` by `growth` and are drawn with `jitter`. `timeout` is
    in the provider's time.
    `keys` gives each side effect an Idempotency-Key: "same" for all attempts,
    "fresh" for each. After `breaker` failures in a row it asks nothing for 60
    seconds, or the other region where there is one.
    """

    base_url: str
    attempts: int = 5
    obey: bool = True
    again: frozenset[int] = RETRYABLE
    quota_again: bool = False
    goes_on: bool = False
    base: float = 0.5
    growth: float = 2.0
    jitter: bool = True
    timeout: float | None = None
    keys: str = ""
    at_once: int = 1
    breaker: int | None = None
    regions: Sequence[str] = ("",)
    path: str = "/chat/completions"
    draw: random.Random = field(default_factory=lambda: random.Random(7))

    async def ask_all(self, bodies: Sequence[Any]) -> list[Outcome]:
        """Ask every body, `at_once` at a time, and return the outcomes in order."""
        waiting = list(enumerate(bodies))[::-1]
        found: dict[int, Outcome] = {}
        self._sleep: Callable[[float], Awaitable[None]] = async_sleeper(self.base_url)
        self._failed = 0
        self._broke = False
        limits = httpx2.Limits(max_connections=None)
        async with httpx2.AsyncClient(
            base_url=self.base_url, headers={"authorization": "Bearer k"}, limits=limits, timeout=60
        ) as self._web:

            async def work() -> None:
                while waiting:
                    number, body = waiting.pop()
                    found[number] = await self._ask(number, body)
                    if self._broke and not self.goes_on:
                        waiting.clear()

            await asyncio.gather(*(work() for _ in range(self.at_once)))
        return [found.get(number, Outcome(None)) for number in range(len(bodies))]

    def run(self, bodies: Sequence[Any]) -> list[Outcome]:
        """Ask every body, from a thread without an event loop."""
        return asyncio.run(self.ask_all(bodies))

    async def _ask(self, number: int, body: Any) -> Outcome:
        last = ""
        for attempt in range(1, self.attempts + 1):
            await self._wait_for_breaker()
            reply = await self._send(
                body, f"{number}" if self.keys == "same" else f"{number}.{attempt}"
            )
            self._failed = 0 if reply is not None and reply.status_code < 500 else self._failed + 1
            if reply is not None:
                last = reply.headers.get("x-request-id", "")
                if reply.status_code == 200:
                    return Outcome(reply.json(), last)
                if not self._is_worth_it(reply):
                    break
            if attempt < self.attempts:
                await self._sleep(self._wait(attempt, reply))
        return Outcome(None, last)

    async def _wait_for_breaker(self) -> None:
        if self.breaker is None or self._failed < self.breaker:
            return
        self._failed = 0
        if len(self.regions) > 1:
            self.regions = self.regions[1:]
        else:
            await self._sleep(60)

    async def _send(self, body: Any, key: str) -> httpx2.Response | None:
        headers = {"idempotency-key": key} if self.keys else {}
        if self.regions[0]:
            headers["x-practice-region"] = self.regions[0]
        sent = asyncio.ensure_future(self._web.post(self.path, json=body, headers=headers))
        timer = asyncio.ensure_future(self._sleep(self.timeout)) if self.timeout else None
        try:
            await asyncio.wait({sent, timer} - {None}, return_when=asyncio.FIRST_COMPLETED)
            return sent.result() if sent.done() else None
        except httpx2.TransportError:
            return None
        finally:
            for task in {sent, timer} - {None}:
                task.cancel()
            await asyncio.gather(*({sent, timer} - {None}), return_exceptions=True)

    def _is_worth_it(self, reply: httpx2.Response) -> bool:
        if "insufficient_quota" in reply.text:
            self._broke = True
            return self.quota_again
        return reply.status_code in self.again

    def _wait(self, attempt: int, reply: httpx2.Response | None) -> float:
        wait = self.base * self.growth ** (attempt - 1)
        wait *= self.draw.uniform(0.5, 1) if self.jitter else 1
        told = 0.0
        if self.obey and reply is not None:
            told = float(reply.headers.get("retry-after-ms", 0)) / 1000
            told = told or float(reply.headers.get("retry-after", 0))
        return max(wait, told)
