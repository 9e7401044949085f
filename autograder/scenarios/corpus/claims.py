"""Word one claim with a wanted label about a passage: true, a near miss, or out of the sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.scenarios.corpus.family import Family
from autograder.scenarios.corpus.plan import Topic
from autograder.scenarios.corpus.rendering import Order
from autograder.scenarios.corpus.sealed import (
    Change,
    Label,
)
from autograder.scenarios.corpus.versions import (
    STYLES,
    Versions,
    draw_versions,
    inside,
    outside,
)
from autograder.scenarios.corpus.wording import asked, claimed
from autograder.scenarios.draws import Stream

__all__ = ["Draft", "Place", "draft", "free"]

_STALE = 0.8  # of the contradicted claims where an older revision said otherwise
_OTHER_PRODUCT = 0.2  # of those where another product has a value of its own
_DRAWN = 0.25  # of the changed values stand nowhere in the passage
_SPELLED = 0.25  # of the claims write their value in another way

_NEAR: Mapping[str, Change] = {"flag": "negation", "team": "entity", "date": "date"}


@dataclass(frozen=True)
class Place:
    """A topic in force, where it stands, and where its older revision stands."""

    topic: Topic
    document: str
    passage: str
    passage_before: str
    cousins: tuple[Place, ...] = ()
    order: Order | None = None


@dataclass(frozen=True)
class Draft:
    """A claim without its place in an answer."""

    text: str
    ask: str
    entity: str
    attribute: str
    value: str
    label: Label
    change: Change
    place: Place
    source: Place = field(repr=False)  # where the wrong value comes from

    @property
    def evidence(self) -> tuple[str, ...]:
        """Name the passages that decide the claim."""
        return () if self.label == "unsupported" else (self.place.passage,)


def free(place: Place, label: Label, used: set[tuple[str, str]]) -> list[str]:
    """List the items that a claim with this label can still be about."""
    topic = place.topic
    if label != "unsupported":
        items = list(topic.stated)
    elif topic.family.known:
        items = [item for item in topic.family.items if item not in topic.stated]
    else:
        items = [topic.silent]
    return [item for item in items if (topic.entity, item) not in used]


def draft(place: Place, item: str, label: Label, style: int, stream: Stream) -> Draft:
    """Word a claim about one item of a passage."""
    if place.topic.ranges:
        return _about_versions(place, item, label, style, stream)
    topic, family = place.topic, place.topic.family
    value, change, source = _value(place, item, label, stream)
    subject = _subject(topic, stream)
    return Draft(
        claimed(family, style, subject, item, value, stream.chance(_SPELLED)),
        asked(family, style, subject, item),
        topic.entity,
        family.attribute(item),
        value,
        label,
        change,
        place,
        source,
    )


def _subject(topic: Topic, stream: Stream) -> str:
    """Return a product's name in full or, as often, without its vendor's."""
    if topic.product or " " not in topic.entity or topic.family.known:
        return topic.entity
    return topic.entity.split(" ", 1)[1] if stream.chance(0.5) else topic.entity


def _value(place: Place, item: str, label: Label, stream: Stream) -> tuple[str, Change, Place]:
    topic, family = place.topic, place.topic.family
    if label == "supported":
        return topic.stated[item], "", place
    if label == "unsupported":
        if family.known:
            return family.known[item], "world", place
        return stream.choice(list(topic.stated.values())), "absent", place
    order = place.order
    if order and order.attribute == family.attribute(item):
        return order.value, "injected", place
    if item in topic.before and stream.chance(_STALE):
        return topic.before[item], "stale", place
    for cousin in place.cousins:
        other = cousin.topic.stated.get(item)
        if other and other != topic.stated[item] and family.unit != "flag":
            if stream.chance(_OTHER_PRODUCT):
                return other, "entity", cousin
            break
    return _near_miss(topic, family, item, stream), _NEAR.get(family.unit, "number"), place


def _near_miss(topic: Topic, family: Family, item: str, stream: Stream) -> str:
    own = topic.stated[item]
    if family.unit == "flag":
        return "no" if own == "yes" else "yes"
    others = [value for value in topic.stated.values() if value != own]
    pool = [v for v in family.pool if v != own and v not in others]
    return stream.choice(pool if pool and stream.chance(_DRAWN) else others)


def _about_versions(place: Place, item: str, label: Label, style: int, stream: Stream) -> Draft:
    topic, how = place.topic, STYLES[style]
    if label == "unsupported":
        branch = topic.untested or draw_versions(stream)[1]
    else:
        branch = next(v for v in topic.ranges if v.branch == item)
    change: Change = {"supported": "", "unsupported": "absent"}.get(label, "version_range")  # type: ignore[assignment]
    names = {"p": topic.entity, "q": topic.product, "i": item}
    form = stream.integer(0, 2)
    if form == 0:
        said, change = _told(topic, branch, label, change, stream)
        text = how.range.format(low=said.low, high=said.high, **names)
        attribute, value = f"affected: {item}", said.range
    elif form == 1:
        said, change = _told(topic, branch, label, change, stream)
        text = how.fixed.format(fixed=said.fixed, **names)
        attribute, value = f"fixed: {item}", said.fixed
    else:
        hit = stream.chance(0.5)
        version = inside(branch, stream) if hit else outside(branch, stream)
        says = hit != (label == "contradicted") if label != "unsupported" else stream.chance(0.5)
        text = (how.member if says else how.spared).format(x=version, **names)
        attribute, value = f"affected: {item} at {version}", "yes" if says else "no"
    ask = (how.ask_fixed if form == 1 else how.ask_range).format(**names)
    return Draft(text, ask, topic.entity, attribute, value, label, change, place, place)


def _told(
    topic: Topic, branch: Versions, label: Label, change: Change, stream: Stream
) -> tuple[Versions, Change]:
    """Return the versions that a claim tells: the branch's own, or a border moved by one step."""
    if label != "contradicted":
        return branch, change
    if topic.ranges_before and stream.chance(_STALE):
        old = next(v for v in topic.ranges_before if v.branch == branch.branch)
        return old, "stale"
    return Versions(branch.branch, branch.low, branch.fixed, branch.high), change
