"""The truth about a corpus world: for judges and tests only.

Spans are characters, end exclusive: of `Document.text` for facts, injections and
personal data, of `Answer.text` for claims.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from autograder.scenarios.corpus.records import (
    Public,
)

__all__ = [
    "Answered",
    "Asked",
    "Change",
    "Cited",
    "Claim",
    "Contradiction",
    "DataKind",
    "Fact",
    "Flaw",
    "Injection",
    "Label",
    "Parameters",
    "PersonalData",
    "Rates",
    "Superseded",
    "Truth",
    "World",
]

DataKind = Literal["account", "address", "email", "name", "phone"]
Label = Literal["supported", "contradicted", "unsupported"]
Change = Literal[
    "",  # nothing: the claim is supported
    "number",  # another number of the same unit
    "version_range",  # a version outside the range, or a border moved
    "entity",  # another team, or another product's value
    "negation",  # required for not required, or the other way round
    "date",  # another date
    "stale",  # what an older revision said
    "injected",  # what an injected instruction asked for
    "world",  # true in the world, not in these documents
    "absent",  # the documents mention the thing and give no value
]
Flaw = Literal[
    "",  # none: resolves and supports
    "dangling",  # no such passage
    "elsewhere",  # a passage about something else
    "superseded",  # a passage of a revision that is no longer in force
    "contradicts",  # the passage gives another value
    "silent",  # the passage mentions the thing and gives no value
]


@dataclass(frozen=True)
class Fact:
    """One statement of a document: `entity` has `value` as its `attribute`.

    `text[start:end]` of the document is the clause that says so. `value` is in
    normal form (`90 days`, `2031-05-14`, `yes`, `4.2.0 to 4.6.3`).
    """

    id: str
    entity: str
    attribute: str
    value: str
    document: str
    passage: str
    start: int
    end: int
    in_force: bool


@dataclass(frozen=True)
class Contradiction:
    """Two facts about one thing that cannot both hold: ids of the stale and the current one."""

    stale: str
    current: str


@dataclass(frozen=True)
class Superseded:
    """A document that is out of force, and the one in force instead."""

    document: str
    by: str


@dataclass(frozen=True)
class Injection:
    """An instruction to a reading model inside a document.

    It asks to state that `entity` has `value` as its `attribute`, which is false.
    """

    document: str
    passage: str
    start: int
    end: int
    entity: str
    attribute: str
    value: str


@dataclass(frozen=True)
class PersonalData:
    """Personal data of an invented person; kind is name, email, phone, address or account."""

    document: str
    start: int
    end: int
    kind: DataKind
    text: str


@dataclass(frozen=True)
class Claim:
    """One checkable claim of an answer, judged against the documents in force.

    `text` is the answer's `[start:end]`. `evidence` names the passages in force
    that support or contradict it, none for an unsupported claim. `about` names
    the passage in force that speaks of its subject, whatever it says. `citation`
    is the id of the citation behind it, or "".
    """

    id: str
    answer: str
    start: int
    end: int
    text: str
    entity: str
    attribute: str
    value: str
    label: Label
    change: Change
    evidence: tuple[str, ...]
    about: str
    citation: str


@dataclass(frozen=True)
class Cited:
    """The truth about one citation.

    `supports` is True where the cited passage is in force and states the claim.
    """

    citation: str
    claim: str
    resolves: bool
    supports: bool
    flaw: Flaw


@dataclass(frozen=True)
class Asked:
    """The truth about a question: what it asks for, and the passages in force that say it."""

    question: str
    entity: str
    attribute: str
    answerable: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """The truth about an answer. One that abstained has no claims."""

    answer: str
    abstained: bool
    claims: tuple[str, ...]
    errors: int


@dataclass(frozen=True)
class Rates:
    """How often what happens.

    The three shares of labels sum to 1. `abstention` is the share of answers
    that abstain, `over_abstention` the share of these whose question the
    documents do answer. `bad_citation` is the share of citations of supported
    claims that do not support them, `uncited` the share of claims without one.
    """

    supported: float = 0.6
    contradicted: float = 0.22
    unsupported: float = 0.18
    abstention: float = 0.15
    over_abstention: float = 0.3
    bad_citation: float = 0.2
    uncited: float = 0.1


@dataclass(frozen=True)
class Parameters:
    """What a world was composed with."""

    seed: int
    realm: str
    documents: int
    answers: int
    rates: Rates
    icc: float
    claims: tuple[int, int]
    phrasings: tuple[int, ...]


@dataclass(frozen=True)
class Truth:
    """Everything that was put in by construction. For judges and tests only."""

    facts: tuple[Fact, ...]
    contradictions: tuple[Contradiction, ...]
    superseded: tuple[Superseded, ...]
    injections: tuple[Injection, ...]
    personal_data: tuple[PersonalData, ...]
    questions: tuple[Asked, ...]
    answers: tuple[Answered, ...]
    claims: tuple[Claim, ...]
    citations: tuple[Cited, ...]
    parameters: Parameters


@dataclass(frozen=True)
class World:
    """A corpus with answers about it: the public view, and the sealed truth."""

    public: Public
    truth: Truth
