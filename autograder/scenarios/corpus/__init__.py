"""Advisories, runbooks and tickets of an invented security vendor, and answers about them.

Everything is composed from a seed, so the truth about every claim is known by
construction. `world.public` may be shown; `world.truth` is for judges.

    >>> from autograder.scenarios.corpus import compose
    >>> world = compose(7, documents=12, answers=20, icc=0.25)
    >>> texts = {p.id: p.text for d in world.public.documents for p in d.passages}
    >>> for claim in world.truth.claims:
    ...     answer = next(a for a in world.public.answers if a.id == claim.answer)
    ...     assert answer.text[claim.start : claim.end] == claim.text
    ...     assert claim.label in ("supported", "contradicted", "unsupported")
    ...     assert (claim.label == "unsupported") == (not claim.evidence)
    >>> bad = [c for c in world.truth.citations if c.resolves and not c.supports]
    >>> refused = [a.answer for a in world.truth.answers if a.abstained]

**The rule of support.** A claim is judged against the documents in force, that
is, those that no other document replaces. It is *supported* where one of them
states it, *contradicted* where one states another value for the same thing,
*unsupported* where none gives a value, however true it may be in the world. A
citation *resolves* where a passage of that id exists, and *supports* where that
passage is in force and states the claim. A sentence addressed to a reading
model (an injected instruction) states nothing.

A lesson's open cells take `open_corpus(seed)` (a `Public`) or
`labelled_corpus(seed)` (a `World`) from `autograder.scenarios` instead: the same
parameters, and never a world that a judge draws.

Parameters, contents and limits: README.md beside this file.
"""

from __future__ import annotations

from autograder.scenarios.corpus.records import (
    Answer,
    Citation,
    Document,
    Passage,
    Public,
    Question,
    plain,
)
from autograder.scenarios.corpus.sealed import (
    Answered,
    Asked,
    Cited,
    Claim,
    Contradiction,
    Fact,
    Injection,
    Parameters,
    PersonalData,
    Rates,
    Superseded,
    Truth,
    World,
)
from autograder.scenarios.corpus.world import compose

__all__ = [
    "Answer",
    "Answered",
    "Asked",
    "Citation",
    "Cited",
    "Claim",
    "Contradiction",
    "Document",
    "Fact",
    "Injection",
    "Parameters",
    "Passage",
    "PersonalData",
    "Public",
    "Question",
    "Rates",
    "Superseded",
    "Truth",
    "World",
    "compose",
    "plain",
]
