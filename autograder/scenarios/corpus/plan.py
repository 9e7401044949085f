"""Decide what each document of a world states, before anything is worded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from autograder.scenarios.corpus.families import ADVISORY, RUNBOOK, STANDARD, TICKET
from autograder.scenarios.corpus.family import Family
from autograder.scenarios.corpus.invented import COMPLAINTS, FLAWS, PRODUCTS, VENDORS
from autograder.scenarios.corpus.records import (
    Kind,
)
from autograder.scenarios.corpus.versions import Versions, draw_versions, earlier
from autograder.scenarios.draws import Stream

__all__ = ["Outline", "Plan", "Topic", "plan"]

_STALE = 0.2  # of the documents are older revisions of others
_CHANGED = 0.5  # of the values differ between two revisions
_FAMILIES_OF_A_RUNBOOK = (2, 3)


@dataclass(frozen=True)
class Topic:
    """What one passage states of one subject: values by item, and one item without a value.

    `before` are the values of the older revision where they differ. For versions
    the items are branches; `ranges` and `untested` hold them in full.
    """

    family: Family
    style: int
    entity: str
    stated: dict[str, str]
    silent: str
    note: str
    before: dict[str, str] = field(default_factory=dict)
    product: str = ""
    ranges: tuple[Versions, ...] = ()
    untested: Versions | None = None
    ranges_before: tuple[Versions, ...] = ()


@dataclass(frozen=True)
class Outline:
    """One revision of a document, before it is worded."""

    kind: Kind
    number: str
    title: str
    product: str
    revision: int
    date: str
    replaces: str
    in_force: bool
    topics: tuple[Topic, ...]

    @property
    def id(self) -> str:
        """Return the document's id."""
        return f"{self.number}.r{self.revision}"


@dataclass(frozen=True)
class Plan:
    """A vendor and the outlines of its documents, in the order in which they are shown."""

    vendor: str
    outlines: tuple[Outline, ...]


def plan(stream: Stream, documents: int, styles: Sequence[int]) -> Plan:
    """Outline `documents` documents, older revisions included."""
    vendor, prefix = stream.choice(VENDORS)
    older = max(1, int(documents * _STALE))
    current = documents - older
    runbooks = max(2, int(current * 0.45) + stream.integer(-1, 1))
    tickets = max(1, int(current * 0.2) + stream.integer(0, 1))
    advisories = max(1, current - runbooks - tickets)
    names = stream.sample(PRODUCTS, min(len(PRODUCTS), runbooks // 2 + stream.integer(1, 2)))
    products = [f"{vendor} {name}" for name in names]
    outlines = [
        *_runbooks(stream, runbooks, products, styles),
        *_advisories(stream, advisories, products, styles, prefix),
        *_tickets(stream, tickets, products, styles),
    ]
    revised = set(stream.sample(range(len(outlines)), min(older, len(outlines))))
    out: list[Outline] = []
    for i, outline in enumerate(outlines):
        out += _revise(stream, outline) if i in revised else [outline]
    return Plan(vendor, tuple(stream.shuffled(out)))


def _runbooks(
    stream: Stream, number: int, products: Sequence[str], styles: Sequence[int]
) -> Iterator[Outline]:
    left: dict[str, list[Family]] = {}
    standard = stream.integer(0, number - 1)
    for i, code in enumerate(stream.sample(range(10, 99), number)):
        product = products[i % len(products)]
        families = left.get(product) or stream.shuffled(RUNBOOK)
        size = stream.integer(*_FAMILIES_OF_A_RUNBOOK)
        chosen, left[product] = families[:size], families[size:]
        date = _date(stream)
        topics = [topic(stream, family, product, styles, date) for family in chosen]
        if i == standard:
            topics.append(topic(stream, STANDARD, "standard services", styles, date))
        title = f"{product}: {_listed([f.heading.lower() for f in chosen])}"
        yield _outline(stream, "runbook", f"RB-{code}", title, product, date, topics)


def _advisories(
    stream: Stream, number: int, products: Sequence[str], styles: Sequence[int], prefix: str
) -> Iterator[Outline]:
    year = stream.integer(2031, 2034)
    for code in stream.sample(range(11, 400), number):
        name = f"{prefix}-{year}-{code:03}"
        product = stream.choice(products)
        date = _date(stream, year)
        families = stream.sample(ADVISORY, stream.integer(2, 4))
        topics = [
            replace(topic(stream, family, name, styles, date), product=product)
            for family in families
        ]
        title = f"{product}: {stream.choice(FLAWS)}"
        yield _outline(stream, "advisory", name, title, product, date, topics)


def _tickets(
    stream: Stream, number: int, products: Sequence[str], styles: Sequence[int]
) -> Iterator[Outline]:
    for code in stream.sample(range(41_000, 69_000, 7), number):
        name = f"TCK-{code}"
        product = stream.choice(products)
        date = _date(stream)
        topics = [topic(stream, family, name, styles, date) for family in stream.shuffled(TICKET)]
        title = f"{product}: {stream.choice(COMPLAINTS)}"
        yield _outline(stream, "ticket", name, title, product, date, topics)


def _outline(
    stream: Stream,
    kind: Kind,
    number: str,
    title: str,
    product: str,
    date: str,
    topics: Sequence[Topic],
) -> Outline:
    revision = 1 if kind == "ticket" else stream.integer(1, 4)
    return Outline(kind, number, title, product, revision, date, "", True, tuple(topics))


def topic(stream: Stream, family: Family, entity: str, styles: Sequence[int], date: str) -> Topic:
    """Draw what one passage of a document of this date states."""
    style = stream.choice(styles)
    if family.id == "version":
        ranges, untested = draw_versions(stream)
        stated = {v.branch: v.range for v in ranges}
        return Topic(
            family, style, entity, stated, untested.branch, "",
            ranges=tuple(ranges), untested=untested,
        )  # fmt: skip
    count = stream.integer(2, min(4, len(family.items) - 1))
    *items, silent = stream.sample(family.items, count + 1)
    values = _values(stream, family, items, date)
    return Topic(family, style, entity, values, silent, stream.choice(family.notes))


def _values(stream: Stream, family: Family, items: Sequence[str], date: str) -> dict[str, str]:
    if family.known:
        return {item: family.known[item] for item in items}
    if family.unit == "flag":
        return {item: stream.choice(family.pool) for item in items}
    if family.unit == "date":
        return _dated(stream, family, items, _dates(family, date))
    return dict(zip(items, stream.sample(family.pool, len(items)), strict=True))


def _dated(
    stream: Stream, family: Family, items: Sequence[str], pool: Sequence[str]
) -> dict[str, str]:
    """Give each item a day; a history's items happen in the family's order."""
    days = stream.sample(pool, len(items))
    if family.id == "history":
        when = dict(zip(sorted(items, key=family.items.index), sorted(days), strict=True))
        return {item: when[item] for item in items}
    return dict(zip(items, days, strict=True))


def _dates(family: Family, date: str) -> list[str]:
    """List days around a document's date: before it for a history, after it for a calendar."""
    first, step = (-3, -1) if family.id == "history" else (1, 1)
    days = [f"{(int(date[8:]) + 11 * i) % 28 + 1:02}" for i in range(12)]
    months = [_months_later(date, first + step * (i // 2))[:8] for i in range(12)]
    return sorted(month + day for month, day in zip(months, days, strict=True))


def _months_later(date: str, months: int) -> str:
    month = int(date[:4]) * 12 + int(date[5:7]) - 1 + months
    return f"{month // 12}-{month % 12 + 1:02}{date[7:]}"


def _date(stream: Stream, year: int = 0) -> str:
    year = year or stream.integer(2031, 2034)
    return f"{year}-{stream.integer(1, 12):02}-{stream.integer(1, 28):02}"


def _revise(stream: Stream, outline: Outline) -> list[Outline]:
    """Put an older revision beside a document: the same passages, some other values."""
    topics = [_changed(stream, topic, outline.date) for topic in outline.topics]
    if not any(t.before or t.ranges_before for t in topics):
        topics[0] = _changed(stream, topics[0], outline.date, always=True)
    current = replace(outline, revision=max(2, outline.revision), topics=tuple(topics))
    old = replace(
        current,
        revision=current.revision - 1,
        date=_months_later(outline.date, -1),
        in_force=False,
        topics=tuple(_as_before(topic) for topic in topics),
    )
    return [old, replace(current, replaces=old.id)]


def _changed(stream: Stream, topic: Topic, date: str, always: bool = False) -> Topic:
    family = topic.family
    if topic.ranges:
        if always or stream.chance(_CHANGED):
            return replace(topic, ranges_before=tuple(earlier(v) for v in topic.ranges))
        return topic
    whole = always or (family.id == "history" and stream.chance(_CHANGED))
    items = [item for item in topic.stated if whole or stream.chance(_CHANGED)]
    if family.known or not items:
        return topic
    if family.unit == "flag":
        before = {item: "no" if topic.stated[item] == "yes" else "yes" for item in items}
        return replace(topic, before=before)
    taken = set(topic.stated.values())
    pool = [v for v in family.pool or _dates(family, date) if v not in taken]
    return replace(topic, before=_dated(stream, family, items, pool))


def _as_before(topic: Topic) -> Topic:
    ranges = topic.ranges_before or topic.ranges
    stated = {v.branch: v.range for v in ranges} if ranges else {**topic.stated, **topic.before}
    return replace(topic, stated=stated, ranges=ranges, before={}, ranges_before=())


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
