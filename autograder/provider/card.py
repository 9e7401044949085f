"""A model version's card: every fact and every parameter of its behaviour, as published.

`datasets/practice_provider/models.json` holds the cards, and `parameters.json`
beside it the unit, the range and the meaning of each parameter. A card has
each of them, or is not read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

from autograder.content import dataset_path
from autograder.errors import ContentError

__all__ = ["Card", "Parameter", "aliases", "card", "cards", "parameter_table", "parameters"]


@dataclass(frozen=True)
class Parameter:
    """What one number on a card means; `low` and `high` bound it."""

    name: str
    unit: str
    low: float
    high: float
    meaning: str


@dataclass(frozen=True)
class Card:
    """One dated version of a model.

    `card["skill.answer"]` is a parameter. Lengths are tokens, limits are per
    minute; `price` names the model in the price list, `voice` the openings by
    which its answers can be told. Chat models have `parameters`, embedding
    models have `dimensions`.
    """

    version: str
    name: str
    kind: Literal["chat", "embedding"]
    describes: str
    released: str
    knowledge_date: str
    fingerprint: str
    price: str
    context_window: int
    max_output: int
    cache_min_tokens: int
    cache_ttl_minutes: int
    dimensions: int
    honours_seed: bool
    requests_per_minute: int
    tokens_per_minute: int
    voice: tuple[str, ...]
    parameters: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        return self.parameters[name]

    @property
    def reasons(self) -> bool:
        """Tell whether the model spends reasoning tokens before it answers."""
        return self.parameters.get("reasoning.median", 0) > 0


@lru_cache(maxsize=1)
def cards() -> Mapping[str, Card]:
    """Return every version's card, oldest release of each model first."""
    read = [_card(row) for row in _read("models.json")["models"]]
    return MappingProxyType({one.version: one for one in read})


@lru_cache(maxsize=1)
def aliases() -> Mapping[str, str]:
    """Return the undated names and the version that each stands for."""
    return MappingProxyType(dict(_read("models.json")["aliases"]))


def card(model: str) -> Card:
    """Return the card of a version or an alias; raise `ContentError` for any other name."""
    version = aliases().get(model, model)
    if version not in cards():
        known = ", ".join([*aliases(), *cards()])
        raise ContentError(f"There is no model {model!r}. The models are: {known}.")
    return cards()[version]


@lru_cache(maxsize=1)
def parameters() -> Mapping[str, Parameter]:
    """Return what each parameter means, in the order in which they are published."""
    return MappingProxyType({row["name"]: Parameter(**row) for row in _read("parameters.json")})


def parameter_table() -> list[dict[str, str | float]]:
    """Return a row a parameter: name, unit, meaning, and each chat model's value by version."""
    chat = [one for one in cards().values() if one.kind == "chat"]
    return [
        {
            "parameter": known.name,
            "unit": known.unit,
            "meaning": known.meaning,
            **{one.version: one[known.name] for one in chat},
        }
        for known in parameters().values()
    ]


def _card(row: Mapping[str, Any]) -> Card:
    wrong = list(_faults(row))
    if wrong:
        where = row.get("version", "a card without a version")
        raise ContentError(f"models.json, {where}: {'; '.join(wrong)}. Correct make.py and run it.")
    values = MappingProxyType(dict(row["parameters"]))
    return Card(**{**row, "voice": tuple(row["voice"]), "parameters": values})


def _faults(row: Mapping[str, Any]) -> Iterator[str]:
    names = {field.name for field in fields(Card)}
    if names != set(row):
        yield f"fields missing or unknown: {', '.join(sorted(names ^ set(row)))}"
        return
    values, known = row["parameters"], parameters() if row["kind"] == "chat" else {}
    if set(values) != set(known):
        yield f"parameters missing or unknown: {', '.join(sorted(set(values) ^ set(known)))}"
    for name in set(values) & set(known):
        if not known[name].low <= values[name] <= known[name].high:
            yield f"{name} is {values[name]}, not {known[name].low} to {known[name].high}"


def _read(name: str) -> Any:
    return json.loads((dataset_path("practice_provider") / name).read_text(encoding="utf-8"))
