"""Clients that leave before the end: they pay for what was made, and the ledger knows."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import openai
import pytest

from autograder.provider.card import cards
from autograder.provider.clock import WallClock

VERSION = "practice-small-2026-08-01"
ASKED: dict[str, Any] = {
    "model": VERSION,
    "messages": [{"role": "user", "content": "Who are you?"}],
}


def slow(serving: Any, first: float, further: float) -> Any:
    """Serve a model that takes `first` seconds to the first token and `further` for each other."""
    card = cards()[VERSION]
    latency = {
        "latency.first_median": first,
        "latency.first_sigma": 0.0,
        "latency.per_1k_prompt": 0.0,
        "latency.token_median": further,
        "latency.token_sigma": 0.0,
    }
    changed = replace(card, parameters={**card.parameters, **latency})
    return serving(clock=WallClock(1), cards={VERSION: changed})


def ended(practice: Any) -> threading.Event:
    """Return an event that is set when the ledger has a call."""
    event = threading.Event()
    practice.provider.ledger.watch(lambda call: event.set())
    return event


def test_a_stream_that_is_left_costs_what_was_made(serving: Any) -> None:
    """Usage and price are those of the tokens made until then; the reply was not delivered."""
    practice = slow(serving, first=0.02, further=0.1)
    whole = practice.provider.answer(VERSION, "Who are you?")
    over = ended(practice)
    stream = practice.client.chat.completions.create(**ASKED, stream=True)
    next(part for part in stream if part.choices[0].delta.content)
    stream.close()
    assert over.wait(5)
    (call,) = practice.provider.ledger
    assert (call.status, call.delivered, call.executed, call.streamed) == (200, False, True, True)
    assert 1 <= call.usage.completion < whole.usage.completion
    assert call.usage.prompt == whole.usage.prompt
    assert 0 < call.price < whole.price


def test_a_time_out_before_the_first_token_costs_the_prompt(serving: Any) -> None:
    """Nothing was made when the client gave up, and nothing left."""
    practice = slow(serving, first=30.0, further=0.01)
    over = ended(practice)
    with pytest.raises(openai.APITimeoutError):
        practice.client.with_options(timeout=0.2).chat.completions.create(**ASKED)
    assert over.wait(5)
    (call,) = practice.provider.ledger
    assert (call.status, call.delivered, call.executed) == (0, False, True)
    assert (call.usage.completion, call.usage.prompt > 0) == (0, True)
    assert call.price > 0


def test_events_leave_at_the_model_s_pace(serving: Any) -> None:
    """A whole reply takes as long as its stream: first token, then the others."""
    practice = slow(serving, first=0.2, further=0.002)
    practice.client.chat.completions.create(**ASKED)
    list(practice.client.chat.completions.create(**ASKED, stream=True))
    for call in practice.provider.ledger:
        expected = 0.2 + 0.002 * (call.usage.completion - 1)
        assert call.first_token == 0.2
        assert expected - 0.001 <= call.latency < expected + 0.5


def test_reasoning_delays_the_first_token() -> None:
    """A model that reasons says its first word when it has reasoned."""
    from autograder.provider.engine import Provider

    answer = Provider().answer("practice-large", "Who are you?")
    reasoning = answer.usage.reasoning
    assert reasoning > 0
    assert answer.pace.first_token > reasoning * answer.pace.per_token
