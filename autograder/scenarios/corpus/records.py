"""What a learner may see of a corpus world.

Spans are characters, end exclusive: of `Document.text` for passages, of
`Answer.text` for citations.
"""

from __future__ import annotations

from dataclasses import dataclass, is_dataclass
from typing import Any, Literal

__all__ = [
    "Answer",
    "Citation",
    "Document",
    "Kind",
    "Passage",
    "Public",
    "Question",
    "plain",
]

Kind = Literal["advisory", "runbook", "ticket"]


def plain(value: Any) -> Any:
    """Return records, and tuples of them, as dicts and lists."""
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if is_dataclass(value):
        return {name: plain(field) for name, field in vars(value).items()}
    return value


@dataclass(frozen=True)
class Passage:
    """One paragraph of a document; `id` is what answers cite, e.g. `RB-07.r3#2`."""

    id: str
    document: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Document:
    """One revision of a document.

    `number` is shared by the revisions of one document, `id` is `number.rN`.
    `replaces` is the id of the revision that this one puts out of force, or "".
    `date` is when it came into force, as 2031-05-14. `product` may be "".
    """

    id: str
    number: str
    kind: Kind
    title: str
    product: str
    revision: int
    date: str
    replaces: str
    text: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Question:
    """One question of a colleague; the documents may or may not answer it."""

    id: str
    text: str


@dataclass(frozen=True)
class Citation:
    """One `[RB-07.r3#2]` in an answer: where it stands, and the passage that it names.

    A passage of that name need not exist.
    """

    id: str
    answer: str
    start: int
    end: int
    passage: str


@dataclass(frozen=True)
class Answer:
    """What an assistant replied to a question; `confidence` is its own, from 0 to 1."""

    id: str
    question: str
    text: str
    citations: tuple[Citation, ...]
    confidence: float


@dataclass(frozen=True)
class Public:
    """Everything that a learner may see. Holds no label and no seed."""

    vendor: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]
    answers: tuple[Answer, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as dicts, lists, strings and numbers."""
        return {name: plain(value) for name, value in vars(self).items()}
