"""Write answers with known claims: errors come in clusters, by answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.scenarios.corpus.claims import Draft, Place, draft, free
from autograder.scenarios.corpus.records import Answer, Question
from autograder.scenarios.corpus.sealed import (
    Answered,
    Asked,
    Cited,
    Claim,
    Label,
    Parameters,
    Rates,
)
from autograder.scenarios.corpus.sheet import Sheet
from autograder.scenarios.draws import Stream

__all__ = ["Written", "write"]

_STANDARD = 0.12  # of the claims are about standard services, where an answer may speak of them
_FARTHER = 12  # passages of other documents are at hand when the nearer ones are used up
# One entry for each style.
_REFUSALS = (
    "The documents do not say, so I cannot answer this.",
    "I found nothing on this in the documents that are in force.",
    "No passage that I can cite answers the question; please ask the owner.",
    "This is not covered by the sources, and I would rather not guess.",
)


@dataclass(frozen=True)
class Written:
    """Questions and answers, and the truth about them."""

    questions: list[Question] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    cited: list[Cited] = field(default_factory=list)


@dataclass(frozen=True)
class _Desk:
    """What is needed to write an answer."""

    stream: Stream
    ordinary: Sequence[Place]
    standard: Sequence[Place]
    parameters: Parameters


def write(stream: Stream, places: Sequence[Place], parameters: Parameters) -> Written:
    """Write as many questions and answers as the parameters want."""
    standard = [place for place in places if place.topic.family.known]
    ordinary = [place for place in places if not place.topic.family.known]
    desk = _Desk(stream, ordinary, standard, parameters)
    written = Written()
    for number in range(1, parameters.answers + 1):
        _write_one(desk, f"q{number:03}", f"a{number:03}", written)
    return written


def _write_one(desk: _Desk, question: str, answer: str, written: Written) -> None:
    stream, rates = desk.stream, desk.parameters.rates
    style = stream.choice(desk.parameters.phrasings)
    abstained = stream.chance(rates.abstention)
    labels = _refused(stream, rates) if abstained else _labels(stream, desk.parameters)
    drafts = _drafts(desk, labels)
    evidence = drafts[0].evidence
    written.questions.append(Question(question, drafts[0].ask))
    about = drafts[0].entity, drafts[0].attribute
    written.asked.append(Asked(question, *about, bool(evidence), evidence))
    if abstained:
        confidence = _confidence(stream, 0.5)
        written.answers.append(Answer(answer, question, _REFUSALS[style], (), confidence))
        written.answered.append(Answered(answer, True, (), 0))
        return
    sheet = Sheet(stream, rates, desk.ordinary, answer, style)
    sheet.fill(drafts)
    errors = sum(label != "supported" for label in labels)
    confidence = _confidence(stream, errors / len(labels))
    cited = tuple(sheet.citations)
    written.answers.append(Answer(answer, question, sheet.text, cited, confidence))
    written.answered.append(Answered(answer, False, tuple(c.id for c in sheet.claims), errors))
    written.claims.extend(sheet.claims)
    written.cited.extend(sheet.cited)


def _refused(stream: Stream, rates: Rates) -> list[Label]:
    """Draw what an answer that abstains was asked for: something stated, or something not."""
    return ["supported" if stream.chance(rates.over_abstention) else "unsupported"]


def _confidence(stream: Stream, share_wrong: float) -> float:
    return round(min(0.98, max(0.02, 0.72 - 0.25 * share_wrong + 0.15 * stream.bell())), 2)


def _labels(stream: Stream, parameters: Parameters) -> list[Label]:
    """Draw the claims' labels from Polya's urn: beta-binomial, with the stated correlation."""
    rates, icc = parameters.rates, parameters.icc
    wrong = rates.contradicted + rates.unsupported
    labels: list[Label] = []
    errors = 0
    for i in range(stream.integer(*parameters.claims)):
        # The urn starts with weight (1 - icc) / icc and gains 1 with each draw.
        share = (wrong * (1 - icc) + errors * icc) / (1 - icc + i * icc)
        if not stream.chance(share):
            labels.append("supported")
            continue
        errors += 1
        contradicted = stream.chance(rates.contradicted / wrong)
        labels.append("contradicted" if contradicted else "unsupported")
    return labels


def _drafts(desk: _Desk, labels: Sequence[Label]) -> list[Draft]:
    """Word claims with these labels, all about things near one document."""
    stream = desk.stream
    anchor = stream.choice(desk.ordinary)
    near = [p for p in desk.ordinary if p.document == anchor.document]
    same = [
        p
        for p in desk.ordinary
        if p.topic.entity == anchor.topic.entity and p.document != anchor.document
    ]
    rest = stream.sample(desk.ordinary, min(len(desk.ordinary), _FARTHER))
    order = [*stream.shuffled(near), *stream.shuffled(same), *rest]
    used: set[tuple[str, str]] = set()
    drafts: list[Draft] = []
    for i, label in enumerate(labels):
        place, items = _next_place(desk, order, i, label, used)
        item = stream.choice(items)
        if place.order and label == "contradicted":
            wanted = place.order.attribute.split(": ", 1)[1]
            item = wanted if wanted in items else item
        used.add((place.topic.entity, item))
        style = stream.choice(desk.parameters.phrasings)
        drafts.append(draft(place, item, label, style, stream))
    return drafts


def _next_place(
    desk: _Desk, order: Sequence[Place], i: int, label: Label, used: set[tuple[str, str]]
) -> tuple[Place, list[str]]:
    """Find a passage with something left to say, starting a little further for each claim."""
    candidates = [*order[i % len(order) :], *order]
    if desk.standard and desk.stream.chance(_STANDARD):
        candidates = [*desk.standard, *candidates]
    for place in candidates:
        if items := free(place, label, used):
            return place, items
    raise AssertionError("the smallest world has more things to say than an answer holds claims")
