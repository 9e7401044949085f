"""What a client may use: bytes of a body, streams at once, requests and tokens per minute."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.types import Message, Receive, Scope

from autograder.provider.card import Card
from autograder.provider.clock import Clock
from autograder.provider.wire.call import Draft
from autograder.provider.wire.errors import ApiError

__all__ = [
    "MOST_BYTES",
    "MOST_FILE_BYTES",
    "MOST_STREAMS",
    "Bucket",
    "Limiter",
    "Streams",
    "capped",
]

MOST_BYTES = 32 * 1024 * 1024
MOST_FILE_BYTES = 100 * 1024 * 1024
MOST_STREAMS = 400
_MINUTE = 60.0


def capped(scope: Scope, receive: Receive) -> Receive:
    """Return `receive` that raises 413 at a body over the limit, before reading it where it can."""
    most = MOST_FILE_BYTES if scope["path"].startswith("/v1/files") else MOST_BYTES
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if announced.isdigit() and int(announced) > most:
        raise _too_large(most, int(announced))
    read = 0

    async def receive_capped() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise _too_large(most, read)
        return message

    return receive_capped


def _too_large(most: int, read: int) -> ApiError:
    return ApiError(
        413, f"Maximum content size limit ({most}) exceeded ({read} bytes read)", "server_error"
    )


class Streams:
    """Count the replies that are being streamed, and refuse one more than `most`."""

    def __init__(self, most: int = MOST_STREAMS) -> None:
        self.most = most
        self.open = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place while the block runs; raise 503 where there is none."""
        if self.open >= self.most:
            raise ApiError(
                503,
                "The engine is currently overloaded, please try again later",
                "server_error",
                headers=[("retry-after", "1")],
            )
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1


@dataclass
class Bucket:
    """A token bucket: it holds a minute's allowance and fills evenly."""

    per_minute: int
    level: float
    at: float

    def fill(self, now: float, factor: float) -> None:
        """Add what has come in since the last look, in minutes of `factor` times 60 seconds."""
        passed = max(now - self.at, 0.0) / factor if factor else _MINUTE
        gained = passed * self.per_minute / _MINUTE
        self.level = min(self.level + gained, float(self.per_minute))
        self.at = now

    def wait(self, amount: float) -> float:
        """Return the seconds until `amount` is there; 0 where it is."""
        return max(amount - self.level, 0.0) * _MINUTE / self.per_minute

    @property
    def until_full(self) -> float:
        """Return the seconds until nothing is used."""
        return (self.per_minute - self.level) * _MINUTE / self.per_minute


class Limiter:
    """Hold each model's requests and tokens per minute, on the provider's clock.

    A call asks for the larger of its prompt tokens and its `max_tokens`, as the
    real API estimates it, and gets nothing back when it uses less. Where the
    clock shortens latencies by a factor, a minute is shorter by it, too: with
    the factor 0 nothing takes time, and no limit binds.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._factor = float(getattr(clock, "factor", 1.0))
        self._buckets: dict[str, tuple[Bucket, Bucket]] = {}
        self._lock = threading.Lock()

    def charge(self, draft: Draft, card: Card, tokens: int) -> None:
        """Take one request and `tokens`, and put the x-ratelimit headers on the reply.

        Raise 429 with `retry-after` where either is not there; then nothing is taken.
        """
        with self._lock:
            now = self._clock.now()
            requests, used = self._of(card, now)
            requests.fill(now, self._factor)
            used.fill(now, self._factor)
            wants = [("requests", "RPM", requests, 1), ("tokens", "TPM", used, tokens)]
            short = [want for want in wants if want[2].wait(want[3]) > 0]
            if not short:
                requests.level -= 1
                used.level -= tokens
            draft.to_send.extend(_headers(requests, used))
        for kind, unit, bucket, amount in short:
            raise _exceeded(card, kind, unit, bucket, amount, self._factor)

    def _of(self, card: Card, now: float) -> tuple[Bucket, Bucket]:
        if card.version not in self._buckets:
            per_minute = (card.requests_per_minute, card.tokens_per_minute)
            first, second = (Bucket(limit, limit, now) for limit in per_minute)
            self._buckets[card.version] = (first, second)
        return self._buckets[card.version]


def _headers(requests: Bucket, tokens: Bucket) -> Iterator[tuple[str, str]]:
    for kind, bucket in (("requests", requests), ("tokens", tokens)):
        yield f"x-ratelimit-limit-{kind}", str(bucket.per_minute)
        yield f"x-ratelimit-remaining-{kind}", str(int(bucket.level))
        yield f"x-ratelimit-reset-{kind}", _duration(bucket.until_full)


def _exceeded(
    card: Card, kind: str, unit: str, bucket: Bucket, amount: int, factor: float
) -> ApiError:
    about = f"for {card.version} in organization org-practice on {kind} per min ({unit})"
    if amount > bucket.per_minute:
        message = (
            f"Request too large {about}: Limit {bucket.per_minute}, Requested {amount}. The input "
            "or output tokens must be reduced in order to run successfully."
        )
        return ApiError(429, message, kind, "rate_limit_exceeded")
    wait = bucket.wait(amount) * factor
    used = bucket.per_minute - int(bucket.level)
    message = (
        f"Rate limit reached {about}: Limit {bucket.per_minute}, Used {used}, "
        f"Requested {amount}. Please try again in {_duration(wait)}."
    )
    headers = [
        ("retry-after", str(math.ceil(wait))),
        ("retry-after-ms", str(math.ceil(1000 * wait))),
    ]
    return ApiError(429, message, kind, "rate_limit_exceeded", headers=headers)


def _duration(seconds: float) -> str:
    """Write a duration as the real headers do: 12ms, 1.5s, 6m0s."""
    if seconds < 1:
        return f"{math.ceil(1000 * seconds)}ms"
    minutes, rest = divmod(seconds, 60)
    shown = f"{rest:.3f}".rstrip("0").rstrip(".")
    return f"{int(minutes)}m{shown}s" if minutes else f"{shown}s"
