"""What tokens cost by the course's dated price list, without rounding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from autograder.content import load

__all__ = ["DOLLAR", "cents", "in_force", "price_list", "units"]

Row = Mapping[str, Any]

# A rate has four decimals and is for a million tokens, a batch factor has one decimal:
# whole units of 1e-11 dollars hold every product exactly.
DOLLAR = 10**11


@lru_cache(maxsize=1)
def price_list() -> tuple[Row, ...]:
    """Return the chat models' rows of the course's price list."""
    return tuple(row for row in load("practice_models/prices") if row["output_mtok"])


def in_force(prices: Sequence[Row], model: str, date: str) -> Row:
    """Return the row with the latest `start_date` that is not after `date`."""
    rows = [row for row in prices if row["model"] == model and row["start_date"] <= date[:10]]
    return max(rows, key=lambda row: str(row["start_date"]))


def units(row: Row, tokens: Sequence[int], batch: bool = False) -> int:
    """Price input, cache reads, cache writes and output in units of 1e-11 dollars.

    The long-prompt tier is left out: no prompt of this world reaches it.
    """
    rates = _rates(row["model"], row["start_date"], *(row[name] for name in _RATES))
    return sum(a * b for a, b in zip(rates, tokens, strict=True)) * (
        int(Decimal(row["batch_factor"]) * 10) if batch else 10
    )


_RATES = ("input_mtok", "cache_read_mtok", "cache_write_mtok", "output_mtok")


@lru_cache(maxsize=64)
def _rates(_model: str, _start: str, *rates: str) -> tuple[int, ...]:
    return tuple(int(Decimal(rate) * 10_000) for rate in rates)


def cents(amount: int) -> int:
    """Round units to whole cents, half a cent up."""
    return (amount * 100 + DOLLAR // 2) // DOLLAR
