"""Prices: dated rows, exactly."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from autograder.errors import ContentError
from autograder.provider.card import aliases, cards
from autograder.provider.completion import Usage
from autograder.provider.prices import price, price_row


def at(day: str, clock: str = "00:00:00") -> float:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC).timestamp()


NOW = at("2026-11-21")


def test_a_call_costs_its_parts_at_their_rates() -> None:
    """Plain, cached and written input and the output, in dollars per million tokens."""
    usage = Usage(prompt=1_000, completion=100, cached=300, cache_written=200)
    wanted = (500 * 15 + 300 * Decimal("1.5") + 200 * Decimal("18.75") + 100 * 60) / 10**8
    assert price("practice-small", usage, NOW) == wanted


def test_a_price_changes_at_midnight_utc() -> None:
    """The row of the day counts, to the second."""
    usage = Usage(1_000_000, 0)
    assert price("practice-small", usage, at("2026-10-14", "23:59:59")) == Decimal("0.20")
    assert price("practice-small", usage, at("2026-10-15")) == Decimal("0.15")


def test_long_prompts_and_batches() -> None:
    """The whole call is dearer beyond the border, and a batch is cheaper."""
    short, long = Usage(200_000, 1_000), Usage(200_001, 1_000)
    assert price("practice-large", short, NOW) == Decimal("0.5125")
    wanted = (200_001 * Decimal(5) + 1_000 * Decimal("18.75")) / 10**6
    assert price("practice-large", long, NOW) == wanted
    assert price("practice-large", long, NOW, batch=True) == wanted / 2


def test_every_model_has_a_price_today() -> None:
    """By version and by alias; an embedding has no output to pay."""
    for model in (*cards(), *aliases()):
        assert price(model, Usage(1_000, 0), NOW) > 0
    embedded = price("practice-embed", Usage(1_000, 500), NOW)
    assert embedded == price("practice-embed", Usage(1_000, 0), NOW)


def test_before_the_first_row_there_is_no_price() -> None:
    """The error names the model, the day and the first day of its list."""
    with pytest.raises(
        ContentError, match=r"practice-swift has no price on 2026-06-30.*2026-07-01"
    ):
        price_row("practice-swift", at("2026-06-30"))
