"""Turn facts into clauses of a document and sentences of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder.scenarios.corpus.family import Family, Style, spoken
from autograder.scenarios.corpus.plan import Topic
from autograder.scenarios.corpus.versions import STYLES, Versions, VersionStyle

__all__ = ["asked", "claimed", "clauses", "lead", "silence", "stated_attributes"]


def lead(topic: Topic) -> str:
    """Word the beginning of the passage's sentence."""
    style: Style | VersionStyle = (
        STYLES[topic.style] if topic.ranges else topic.family.styles[topic.style]
    )
    opening = style.lead.format(p=topic.entity, q=topic.product)
    return opening[0].upper() + opening[1:]


def clauses(topic: Topic) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield each clause with the attributes and values that it states."""
    for versions in topic.ranges:
        text = STYLES[topic.style].each.format(
            i=versions.branch, low=versions.low, high=versions.high, fixed=versions.fixed
        )
        yield text, stated_attributes(versions)
    if not topic.ranges:
        style = topic.family.styles[topic.style]
        for item, value in topic.stated.items():
            text = style.each.format(i=item, v=_surface(value, style.said))
            yield text, [(topic.family.attribute(item), value)]


def stated_attributes(versions: Versions) -> list[tuple[str, str]]:
    """Name what the clause about one branch states."""
    return [
        (f"affected: {versions.branch}", versions.range),
        (f"fixed: {versions.branch}", versions.fixed),
    ]


def silence(topic: Topic) -> str:
    """Word the clause that mentions an item without a value."""
    style: Style | VersionStyle = (
        STYLES[topic.style] if topic.ranges else topic.family.styles[topic.style]
    )
    return style.silent.format(i=topic.silent)


def claimed(family: Family, style: int, subject: str, item: str, value: str, spell: bool) -> str:
    """Word a claim, without its full stop; `spell` writes the value another way."""
    how = family.styles[style]
    said = _surface(value, how.claimed) if family.unit == "flag" else value
    if spell:
        said = spoken(said, family.unit)
    text = how.claim.format(p=subject, i=item, v=said)
    return text[0].upper() + text[1:]


def asked(family: Family, style: int, subject: str, item: str) -> str:
    """Word a question about one item."""
    return family.styles[style].ask.format(p=subject, i=item)


def _surface(value: str, said: Sequence[str]) -> str:
    if said and said[0]:
        return said[0] if value == "yes" else said[1]
    return value
