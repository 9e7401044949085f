"""Word the outlines into documents, and note where everything stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.scenarios.corpus.invented import (
    CUSTOMERS,
    FAMILY_NAMES,
    FILLERS,
    GIVEN_NAMES,
    STREETS,
)
from autograder.scenarios.corpus.plan import Outline, Topic
from autograder.scenarios.corpus.records import (
    Document,
    Fact,
    Injection,
    Passage,
    PersonalData,
)
from autograder.scenarios.corpus.wording import clauses, lead, silence
from autograder.scenarios.draws import Stream

__all__ = ["Order", "Rendered", "render"]


_LISTED = 0.25  # of the passages are lists


@dataclass(frozen=True)
class Order:
    """An injected instruction for one document: what it says, and what it wants stated."""

    text: str
    entity: str
    attribute: str
    value: str


@dataclass
class Rendered:
    """A document with what was put into it; `homes[i]` is the passage of topic i."""

    document: Document
    facts: list[Fact] = field(default_factory=list)
    injections: list[Injection] = field(default_factory=list)
    personal_data: list[PersonalData] = field(default_factory=list)
    homes: list[str] = field(default_factory=list)


class _Page:
    """A text that grows, and the spans noted while it does."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.parts: list[str] = []
        self.length = 0
        self.passages: list[Passage] = []
        self.facts: list[Fact] = []
        self.injections: list[Injection] = []
        self.personal_data: list[PersonalData] = []

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    @property
    def next_passage(self) -> str:
        return f"{self.outline.id}#{len(self.passages) + 1}"

    def close(self, start: int, first: int) -> str:
        """Make a passage of what was added since part `first`."""
        text = "".join(self.parts[first:])
        passage = Passage(self.next_passage, self.outline.id, start, self.length, text)
        self.passages.append(passage)
        self.add("\n\n")
        return passage.id

    def paragraph(self, text: str) -> str:
        start, first = self.length, len(self.parts)
        self.add(text)
        return self.close(start, first)


def render(outline: Outline, order: Order | None, seed: object) -> Rendered:
    """Word one document; revisions of one number share their prose."""
    stream = Stream(seed, "prose", outline.number)
    page = _Page(outline)
    page.add(f"# {outline.number} — {outline.title}\n\n")
    page.paragraph(_status(outline))
    if outline.kind == "ticket":
        _reporter(page, stream)
    else:
        _contact(page, stream)
    fillers = stream.sample(FILLERS[outline.kind], 2)
    homes = []
    before = stream.chance(0.5)
    if before:
        page.paragraph(fillers[0])
    for topic in outline.topics:
        page.add(f"## {topic.family.heading}\n\n")
        homes.append(_topic(page, topic, stream.chance(0.5), stream.chance(_LISTED)))
    if order:
        start = page.length
        passage = page.paragraph(order.text)
        page.injections.append(
            Injection(
                outline.id,
                passage,
                start,
                start + len(order.text),
                order.entity,
                order.attribute,
                order.value,
            )
        )
    page.paragraph(fillers[1] if before else fillers[0])
    document = Document(
        outline.id,
        outline.number,
        outline.kind,
        outline.title,
        outline.product,
        outline.revision,
        outline.date,
        outline.replaces,
        "".join(page.parts).rstrip("\n") + "\n",
        tuple(page.passages),
    )
    return Rendered(document, page.facts, page.injections, page.personal_data, homes)


def _status(outline: Outline) -> str:
    verb = "filed on" if outline.kind == "ticket" else "in force since"
    since = f"Revision {outline.revision}, {verb} {outline.date}."
    if outline.replaces:
        return f"{since} It replaces revision {outline.revision - 1}."
    return since


def _topic(page: _Page, topic: Topic, note_first: bool, listed: bool) -> str:
    start, first = page.length, len(page.parts)
    passage = page.next_passage
    if note_first and topic.note:
        page.add(topic.note + " ")
    opening = lead(topic)
    opening = opening[0].upper() + opening[1:]
    page.add(f"{opening.rstrip()}\n- " if listed else opening)
    stated = list(clauses(topic))
    for i, (text, attributes) in enumerate(stated):
        if i:
            page.add(_joint(topic, listed, last=i == len(stated) - 1))
        begin = page.length
        page.add(text)
        for attribute, value in attributes:
            page.facts.append(
                Fact(
                    f"{passage}/{len(page.facts) + 1}",
                    topic.entity,
                    attribute,
                    value,
                    page.outline.id,
                    passage,
                    begin,
                    page.length,
                    page.outline.in_force,
                )
            )
    page.add((";\n- " if listed else "; ") + silence(topic) + ".")
    if topic.note and not note_first:
        page.add(("\n" if listed else " ") + topic.note)
    return page.close(start, first)


def _joint(topic: Topic, listed: bool, last: bool) -> str:
    if listed:
        return ",\n- "
    if topic.ranges:
        return "; "
    return " and " if last else ", "


def _reporter(page: _Page, stream: Stream) -> None:
    name, email = _person(stream)
    phone = f"+44 1632 960{stream.integer(100, 999)}"
    address = f"{stream.integer(2, 98)} {stream.choice(STREETS)}"
    account = f"ACC-{stream.integer(100000, 999999)}"
    start, first = page.length, len(page.parts)
    page.add("Reported by ")
    _personal(page, "name", name)
    page.add(f" of {stream.choice(CUSTOMERS)}. Reach them at ")
    _personal(page, "email", email)
    page.add(" or ")
    _personal(page, "phone", phone)
    page.add(", on site at ")
    _personal(page, "address", address)
    page.add("; account ")
    _personal(page, "account", account)
    page.add(".")
    page.close(start, first)


def _contact(page: _Page, stream: Stream) -> None:
    if not stream.chance(0.4):
        return
    name, email = _person(stream)
    start, first = page.length, len(page.parts)
    page.add("Questions about this text go to ")
    _personal(page, "name", name)
    page.add(" (")
    _personal(page, "email", email)
    page.add(").")
    page.close(start, first)


def _person(stream: Stream) -> tuple[str, str]:
    given, family = stream.choice(GIVEN_NAMES), stream.choice(FAMILY_NAMES)
    return f"{given} {family}", f"{given.lower()}.{family.lower()}@example.com"


def _personal(page: _Page, kind: object, text: str) -> None:
    begin = page.length
    page.add(text)
    page.personal_data.append(
        PersonalData(page.outline.id, begin, page.length, kind, text)  # type: ignore[arg-type]
    )
