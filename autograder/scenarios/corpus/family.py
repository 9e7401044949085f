"""What a document can state: families of like facts, and the ways to say them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["HELD_OUT", "TRAIN", "Family", "Style", "Unit", "spoken"]

Unit = Literal["count", "date", "days", "flag", "hours", "minutes", "port", "score", "team"]

# Which of a family's styles a set of phrasings uses.
TRAIN = (0, 1)
HELD_OUT = (2, 3)


@dataclass(frozen=True)
class Style:
    """One way to say a family's facts, in a document, in a claim and in a question.

    A document says `lead`, then `each` for every stated item, then `silent` for
    an item that it mentions without a value: it sends the reader elsewhere, and
    never denies that there is a value, so that a claim about the item is
    unsupported and not contradicted. `{p}` is the subject, `{i}` the
    item, `{v}` the value. `said` and `claimed` are yes and no, for flags.
    """

    lead: str
    each: str
    silent: str
    claim: str
    ask: str
    said: tuple[str, str] = ("", "")
    claimed: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Family:
    """Like facts about one subject: the same unit, so that values can be confused.

    `pool` are the values in normal form, empty where they are drawn otherwise.
    `known` are values that hold in the world, by item. `notes` are sentences
    that state nothing of the family.
    """

    id: str
    heading: str
    unit: Unit
    items: tuple[str, ...]
    styles: tuple[Style, ...]
    pool: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict, hash=False)

    def attribute(self, item: str) -> str:
        """Name what is stated of an item, e.g. `retention: audit log`."""
        return f"{self.id}: {item}"


_SPOKEN: Mapping[str, str] = {
    "7 days": "one week",
    "14 days": "two weeks",
    "21 days": "three weeks",
    "28 days": "four weeks",
    "42 days": "six weeks",
    "365 days": "one year",
    "30 minutes": "half an hour",
    "60 minutes": "one hour",
    "90 minutes": "an hour and a half",
    "120 minutes": "two hours",
    "180 minutes": "three hours",
    "12 hours": "half a day",
    "24 hours": "one day",
    "36 hours": "a day and a half",
    "48 hours": "two days",
    "72 hours": "three days",
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def spoken(value: str, unit: Unit) -> str:
    """Return another way to write a value, or the value where there is only one."""
    if unit == "date":
        year, month, day = value.split("-")
        return f"{int(day)} {_MONTHS[int(month) - 1]} {year}"
    return _SPOKEN.get(value, value)
