"""Limits: requests and tokens per minute, bytes of a body, streams at once, and the headers."""

from __future__ import annotations

import json
from dataclasses import replace
from http.client import HTTPConnection
from typing import Any

import openai
import pytest

from autograder.provider.card import cards
from autograder.provider.clock import VirtualClock
from autograder.provider.wire import limits
from autograder.provider.wire.limits import Bucket

USER = [{"role": "user", "content": "hi"}]
VERSION = "practice-small-2026-08-01"


def narrow(**limits: int) -> dict[str, Any]:
    """Return the cards with other limits on one model."""
    return {**cards(), VERSION: replace(cards()[VERSION], **limits)}


def frozen() -> VirtualClock:
    """Return a clock that only the test moves."""
    return VirtualClock(quiet=None)


def ask(practice: Any, text: str = "hi", **options: Any) -> Any:
    """Send a chat request that is refused before it costs time on a frozen clock, or answered."""
    body = {"model": VERSION, "messages": [{"role": "user", "content": text}], **options}
    return practice.http.post("/chat/completions", json=body)


def test_a_bucket_fills_evenly() -> None:
    """It never holds more than a minute's allowance and says how long to wait."""
    bucket = Bucket(per_minute=60, level=0.0, at=100.0)
    assert bucket.wait(3) == 3.0
    bucket.fill(now=102.0, factor=1.0)
    assert (bucket.level, bucket.wait(3), bucket.until_full) == (2.0, 1.0, 58.0)
    bucket.fill(now=103.0, factor=0.5)
    assert bucket.level == 4.0
    bucket.fill(now=1e6, factor=1.0)
    assert bucket.level == 60.0
    bucket.level = 0.0
    bucket.fill(now=1e6, factor=0.0)
    assert bucket.level == 60.0


def test_every_reply_has_the_api_s_headers(practice: Any) -> None:
    """Ids, processing time, organization, version, and both limits."""
    reply = ask(practice)
    headers = reply.headers
    assert headers["x-request-id"].startswith("req_")
    assert headers["openai-organization"] == "org-practice"
    assert headers["openai-version"] == "2020-10-01"
    assert int(headers["openai-processing-ms"]) >= 0
    card = cards()[VERSION]
    assert headers["x-ratelimit-limit-requests"] == str(card.requests_per_minute)
    assert headers["x-ratelimit-remaining-requests"] == str(card.requests_per_minute - 1)
    assert headers["x-ratelimit-reset-requests"] == "20ms"
    assert headers["x-ratelimit-limit-tokens"] == str(card.tokens_per_minute)
    assert int(headers["x-ratelimit-remaining-tokens"]) < card.tokens_per_minute
    other = ask(practice)
    assert other.headers["x-request-id"] != headers["x-request-id"]


def test_one_request_too_many_gets_429_and_the_time_to_wait(serving: Any) -> None:
    """The fourth of three requests a minute waits 20 s; after that it passes."""
    clock = VirtualClock(quiet=0.0)
    practice = serving(clock=clock, cards=narrow(requests_per_minute=3))
    began = clock.now()
    replies = [ask(practice, max_tokens=1) for _ in range(4)]
    spent = clock.now() - began
    assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
    error, headers = replies[3].json()["error"], replies[3].headers
    assert (error["type"], error["code"]) == ("requests", "rate_limit_exceeded")
    assert f"Rate limit reached for {VERSION}" in error["message"]
    assert "on requests per min (RPM): Limit 3, Used 3, Requested 1." in error["message"]
    assert int(headers["retry-after-ms"]) == pytest.approx(1000 * (20 - spent), abs=2)
    assert int(headers["retry-after"]) == -(-int(headers["retry-after-ms"]) // 1000)
    assert headers["x-ratelimit-remaining-requests"] == "0"
    clock.advance(int(headers["retry-after-ms"]) / 1000)
    assert ask(practice).status_code == 200


def test_tokens_are_limited_too(serving: Any) -> None:
    """A call asks for the larger of its prompt and its max_tokens."""
    clock = VirtualClock(quiet=0.0)
    practice = serving(clock=clock, cards=narrow(tokens_per_minute=1000))
    assert ask(practice, max_tokens=900).status_code == 200
    reply = ask(practice, text="x" * 4 * 500)
    assert reply.status_code == 429
    error = reply.json()["error"]
    assert error["type"] == "tokens"
    assert "on tokens per min (TPM): Limit 1000" in error["message"]
    assert "Requested 500" in error["message"]
    large = ask(practice, max_tokens=1001)
    assert "Request too large" in large.json()["error"]["message"]
    assert "retry-after" not in large.headers


def test_the_sdk_waits_as_it_is_told(serving: Any) -> None:
    """With retries the SDK reads retry-after-ms and succeeds with its second request."""
    from autograder.provider.clock import WallClock

    practice = serving(clock=WallClock(0.001), cards=narrow(requests_per_minute=60))
    for _ in range(60):
        ask(practice, max_tokens=1)
    client = practice.client.with_options(max_retries=5)
    reply = client.chat.completions.create(model=VERSION, messages=USER, max_tokens=1)
    assert reply.usage.completion_tokens == 1


def test_without_latencies_no_limit_binds(practice: Any) -> None:
    """With the factor 0 a minute takes no time."""
    small = practice.provider.card(VERSION).requests_per_minute
    practice.provider.limiter._buckets.clear()
    assert small < 10_000
    assert {ask(practice, max_tokens=1).status_code for _ in range(50)} == {200}


def test_a_body_that_is_too_large_is_refused_unread(practice: Any) -> None:
    """413 follows from the announced length alone: not a byte of the body was sent."""
    url = practice.client.base_url
    connection = HTTPConnection(url.host, url.port, timeout=10)
    connection.putrequest("POST", "/v1/chat/completions")
    connection.putheader("authorization", "Bearer practice")
    connection.putheader("content-type", "application/json")
    connection.putheader("content-length", str(limits.MOST_BYTES + 1))
    connection.endheaders()
    reply = connection.getresponse()
    message = json.loads(reply.read())["error"]["message"]
    connection.close()
    assert reply.status == 413
    assert "Maximum content size limit (33554432) exceeded" in message


def test_a_body_without_a_length_is_counted(practice: Any, monkeypatch: Any) -> None:
    """A chunked body is refused once it is over the limit."""
    monkeypatch.setattr(limits, "MOST_BYTES", 1000)

    def parts() -> Any:
        yield b" " * 600
        yield b" " * 600

    kind = {"content-type": "application/json"}
    reply = practice.http.post("/chat/completions", content=parts(), headers=kind)
    assert reply.status_code == 413


def test_streams_at_once_are_counted(serving: Any) -> None:
    """A stream beyond the last place gets 503, and a place is free again when one ends."""
    clock = frozen()
    practice = serving(clock=clock)
    practice.provider.streams.most = 1
    client = practice.client
    asked: dict[str, Any] = {"model": VERSION, "messages": USER, "stream": True}
    first = client.chat.completions.create(**asked)
    with pytest.raises(openai.InternalServerError) as err:
        client.chat.completions.create(**asked)
    assert err.value.status_code == 503
    clock.advance(600)
    assert list(first)[-1].choices[0].finish_reason == "stop"
    assert practice.provider.streams.open == 0
