"""One task before a model, and what came of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist
from typing import Any

from autograder.provider.behaviour.features import Features
from autograder.provider.behaviour.key import AnswerKey
from autograder.provider.behaviour.reading import Reading
from autograder.provider.card import Card
from autograder.provider.draws import Draws
from autograder.provider.prompt import Prompt, ToolCall

__all__ = ["Claim", "Outcome", "Task"]

_NORMAL = NormalDist()
_SHORT = 500  # characters of an item that is remembered


@dataclass(frozen=True)
class Claim:
    """One sentence of a reply: is it supported, by which passage, and which one does it cite?"""

    text: str
    supported: bool
    source: str = ""
    cited: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a model means to say, before it is put into the shape that was asked for.

    `value` is the answer itself (text, label, number or fields), `text` how it
    is said in prose. `p_item` is the probability of being right on this item.
    """

    value: Any
    text: str
    p_item: float
    right: bool
    claims: tuple[Claim, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    refusal: str = ""
    hidden: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """A prompt that has been read, before a model that has its luck.

    **Luck.** Whether something happens that has probability p is decided by a
    standard normal number z < z_p, and z has two parts: the item's, the same for
    every model and every prompt about that item, and the call's. The share of
    the item's variance is `noise.item_share`. So over items the frequency is
    exactly p, hard items are hard for all, and paired comparisons gain. Between
    temperature 0 and 1 the call's part is itself shared: by the square root of
    the temperature's complement, it is the prompt's and not the attempt's.
    """

    card: Card
    prompt: Prompt
    reading: Reading
    features: Features
    draws: Draws
    key: AnswerKey | None

    def truth(self, family: str, item: str) -> Any | None:
        """Return what the world's key knows of an item."""
        return None if self.key is None else self.key.truth(family, item)

    @property
    def subject(self) -> str:
        """Return what luck belongs to: the item, with the answers that are judged, in any order."""
        return "\n".join((self.reading.item, *sorted(self.reading.judged)))

    def z(self, purpose: str, part: str = "") -> float:
        """Return the luck of the item in this call; a part of it has the item's and its own."""
        mean, sd = self.of_item(purpose)
        return mean + sd * self._call(purpose + part)

    def happens(self, purpose: str, p: float, part: str = "") -> bool:
        """Tell whether something of probability `p` happens: it does where the luck is low."""
        return _NORMAL.cdf(self.z(purpose, part)) < p

    def of_item(self, purpose: str) -> tuple[float, float]:
        """Return mean and standard deviation that luck has for this item."""
        share = self.card["noise.item_share"]
        return math.sqrt(share) * _item_luck(purpose, self.subject), math.sqrt(1 - share)

    def given_item(self, purpose: str, p: float) -> float:
        """Return a probability as it is for this item, before the call's own luck."""
        if not 0 < p < 1:
            return p
        mean, sd = self.of_item(purpose)
        return _NORMAL.cdf((_NORMAL.inv_cdf(p) - mean) / sd)

    def _call(self, purpose: str) -> float:
        own = self.draws.normal(purpose)
        warmth = self.prompt.temperature
        if not 0 < warmth < 1:
            return own
        steady = Draws(self.card.version, self.prompt.messages).normal(purpose)
        return math.sqrt(1 - warmth) * steady + math.sqrt(warmth) * own


def _item_luck(purpose: str, item: str) -> float:
    return _luck(purpose, item) if len(item) <= _SHORT else _luck.__wrapped__(purpose, item)


@lru_cache(maxsize=4_096)
def _luck(purpose: str, item: str) -> float:
    return Draws("item", purpose, item).normal("luck")
