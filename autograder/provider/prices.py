"""What a call costs, by the dated rows of the practice price lists.

The rules are those of `datasets/practice_models/README.md`, which prices the
models that lesson 11 knows; `datasets/practice_provider/prices.json` adds rows
for the rest.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from autograder.content import dataset_path
from autograder.errors import ContentError
from autograder.provider.card import card
from autograder.provider.completion import Usage

__all__ = ["price", "price_row", "price_rows"]

_MILLION = Decimal(1_000_000)


def price(model: str, usage: Usage, at: float, batch: bool = False) -> Decimal:
    """Return US dollars for one call at `at` seconds since 1970-01-01 UTC.

    `model` is a version, an alias, or the name in the price list. A rate that
    the model does not have counts as 0: embeddings have no output.
    """
    row = price_row(model, at)
    plain = usage.prompt - usage.cached - usage.cache_written
    into = (
        plain * _rate(row, "input_mtok")
        + usage.cached * _rate(row, "cache_read_mtok")
        + usage.cache_written * _rate(row, "cache_write_mtok")
    )
    out = usage.completion * _rate(row, "output_mtok")
    if row["long_from"] is not None and usage.prompt > row["long_from"]:
        into *= _rate(row, "long_input_factor")
        out *= _rate(row, "long_output_factor")
    return (into + out) * (_rate(row, "batch_factor") if batch else 1) / _MILLION


def price_row(model: str, at: float) -> Mapping[str, Any]:
    """Return the row in force; raise `ContentError` before a model's first."""
    rows = price_rows()
    dated = rows[model] if model in rows else rows[card(model).price]
    day = datetime.fromtimestamp(at, UTC).date().isoformat()
    found = bisect_right([row["start_date"] for row in dated], day) - 1
    if found < 0:
        raise ContentError(
            f"{model} has no price on {day}: its list starts on {dated[0]['start_date']}. "
            "Set the provider's clock to that day or later."
        )
    return dated[found]


def _rate(row: Mapping[str, Any], name: str) -> Decimal:
    return Decimal(row[name] or 0)


@lru_cache(maxsize=1)
def price_rows() -> Mapping[str, list[dict[str, Any]]]:
    """Return each model's rows, oldest first."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for slug in ("practice_models", "practice_provider"):
        text = (dataset_path(slug) / "prices.json").read_text(encoding="utf-8")
        for row in sorted(json.loads(text), key=lambda row: str(row["start_date"])):
            rows.setdefault(row["model"], []).append(row)
    return rows
