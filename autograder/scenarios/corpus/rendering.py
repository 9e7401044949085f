"""Word the outlines into documents, and note where everything stands."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.scenarios.corpus.invented import (
    CUSTOMERS,
    FAMILY_NAMES,
    FILLERS,
    GIVEN_NAMES,
    STREETS,
)
from autograder.scenarios.corpus.page import Page
from autograder.scenarios.corpus.plan import Outline, Topic
from autograder.scenarios.corpus.records import Document
from autograder.scenarios.corpus.sealed import Fact, Injection, PersonalData
from autograder.scenarios.corpus.wording import clauses, lead, silence
from autograder.scenarios.draws import Stream

__all__ = ["Order", "Rendered", "render"]

_LISTED = 0.25  # of the passages are lists
_CONTACT = 0.4  # of the documents other than tickets name a person


@dataclass(frozen=True)
class Order:
    """An injected instruction for one document: what it says, and what it wants stated."""

    text: str
    entity: str
    attribute: str
    value: str


@dataclass(frozen=True)
class Rendered:
    """A document with what was put into it; `homes[i]` is the passage of topic i."""

    document: Document
    facts: list[Fact]
    injections: list[Injection]
    personal_data: list[PersonalData]
    homes: list[str]


def render(outline: Outline, order: Order | None, seed: object) -> Rendered:
    """Word one document; revisions of one number share their prose."""
    stream = Stream(seed, "prose", outline.number)
    page = Page(outline)
    page.add(f"# {outline.number} — {outline.title}\n\n")
    page.paragraph(_status(outline))
    if outline.kind == "ticket":
        _reporter(page, stream)
    elif stream.chance(_CONTACT):
        _contact(page, stream)
    fillers = stream.sample(FILLERS[outline.kind], stream.integer(1, 2))
    for filler in fillers[1:]:
        page.paragraph(filler)
    homes = [_topic(page, topic, stream) for topic in outline.topics]
    if order:
        _inject(page, order)
    page.paragraph(fillers[0])
    return Rendered(page.document(), page.facts, page.injections, page.personal_data, homes)


def _status(outline: Outline) -> str:
    verb = "filed on" if outline.kind == "ticket" else "in force since"
    since = f"Revision {outline.revision}, {verb} {outline.date}."
    if outline.replaces:
        return f"{since} It replaces revision {outline.revision - 1}."
    return since


def _topic(page: Page, topic: Topic, stream: Stream) -> str:
    """Write one passage of facts, with a note before or after them."""
    page.add(f"## {topic.family.heading}\n\n")
    note_first, listed = stream.chance(0.5), stream.chance(_LISTED)
    with page.passage() as passage:
        if note_first and topic.note:
            page.add(topic.note + " ")
        opening = lead(topic)
        page.add(f"{opening.rstrip()}\n- " if listed else opening)
        stated = list(clauses(topic))
        for i, (text, values) in enumerate(stated):
            page.add(_joint(topic, listed, i, len(stated)))
            page.clause(text, passage, topic.entity, values)
        page.add((";\n- " if listed else "; ") + silence(topic) + ".")
        if topic.note and not note_first:
            page.add(("\n" if listed else " ") + topic.note)
    return passage


def _joint(topic: Topic, listed: bool, i: int, number: int) -> str:
    """Return what stands before clause i."""
    if i == 0:
        return ""
    if listed:
        return ",\n- "
    if topic.ranges:
        return "; "
    return " and " if i == number - 1 else ", "


def _inject(page: Page, order: Order) -> None:
    with page.passage() as passage:
        span = page.add(order.text)
    wanted = order.entity, order.attribute, order.value
    page.injections.append(Injection(page.outline.id, passage, *span, *wanted))


def _reporter(page: Page, stream: Stream) -> None:
    name, email = _person(stream)
    with page.passage():
        page.add("Reported by ")
        page.personal("name", name)
        page.add(f" of {stream.choice(CUSTOMERS)}. Reach them at ")
        page.personal("email", email)
        page.add(" or ")
        # Ofcom keeps 01632 960000 to 960999 for drama.
        page.personal("phone", f"+44 1632 960{stream.integer(100, 999)}")
        page.add(", on site at ")
        page.personal("address", f"{stream.integer(2, 98)} {stream.choice(STREETS)}")
        page.add("; account ")
        page.personal("account", f"ACC-{stream.integer(100000, 999999)}")
        page.add(".")


def _contact(page: Page, stream: Stream) -> None:
    name, email = _person(stream)
    with page.passage():
        page.add("Questions about this text go to ")
        page.personal("name", name)
        page.add(" (")
        page.personal("email", email)
        page.add(").")


def _person(stream: Stream) -> tuple[str, str]:
    given, family = stream.choice(GIVEN_NAMES), stream.choice(FAMILY_NAMES)
    return f"{given} {family}", f"{given.lower()}.{family.lower()}@example.com"
