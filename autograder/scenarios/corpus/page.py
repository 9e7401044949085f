"""A document's text while it grows, and the spans that are noted meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from autograder.scenarios.corpus.plan import Outline
from autograder.scenarios.corpus.records import Document, Passage
from autograder.scenarios.corpus.sealed import DataKind, Fact, Injection, PersonalData

__all__ = ["Page"]


class Page:
    """Collect text; what is added within `passage()` becomes a passage."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.passages: list[Passage] = []
        self.facts: list[Fact] = []
        self.injections: list[Injection] = []
        self.personal_data: list[PersonalData] = []
        self._parts: list[str] = []
        self._length = 0

    def add(self, text: str) -> tuple[int, int]:
        """Append text and return its span."""
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start, self._length

    @contextmanager
    def passage(self) -> Iterator[str]:
        """Make one passage of what is added within the block; give its id."""
        name = f"{self.outline.id}#{len(self.passages) + 1}"
        start, first = self._length, len(self._parts)
        yield name
        text = "".join(self._parts[first:])
        self.passages.append(Passage(name, self.outline.id, start, self._length, text))
        self.add("\n\n")

    def paragraph(self, text: str) -> None:
        """Add a passage that states nothing."""
        with self.passage():
            self.add(text)

    def clause(
        self, text: str, passage: str, entity: str, stated: Iterable[tuple[str, str]]
    ) -> None:
        """Add a clause that states values of attributes of an entity."""
        span = self.add(text)
        document, in_force = self.outline.id, self.outline.in_force
        for attribute, value in stated:
            name = f"{passage}/{len(self.facts) + 1}"
            self.facts.append(
                Fact(name, entity, attribute, value, document, passage, *span, in_force)
            )

    def personal(self, kind: DataKind, text: str) -> None:
        """Add personal data."""
        span = self.add(text)
        self.personal_data.append(PersonalData(self.outline.id, *span, kind, text))

    def document(self) -> Document:
        """Return what has been written."""
        of = self.outline
        text = "".join(self._parts).rstrip("\n") + "\n"
        front = (of.id, of.number, of.kind, of.title, of.product, of.revision)
        return Document(*front, of.date, of.replaces, text, tuple(self.passages))
