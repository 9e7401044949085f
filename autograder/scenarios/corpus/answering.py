"""Write answers with known claims: errors come in clusters, by answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.scenarios.corpus.claims import Draft, Place, draft, free
from autograder.scenarios.corpus.records import (
    Answer,
    Citation,
    Question,
)
from autograder.scenarios.corpus.sealed import (
    Answered,
    Asked,
    Cited,
    Claim,
    Flaw,
    Label,
    Parameters,
)
from autograder.scenarios.draws import Stream

__all__ = ["Written", "write"]

_STANDARD = 0.12  # of the claims are about standard services, where an answer may speak of them
_COMPOUND = 0.3  # of the sentences in prose hold two claims
_FARTHER = 12  # passages of other documents are at hand when the nearer ones are used up
_LIST = 0.25  # of the answers are lists

# One entry for each style.
_OPENERS = ("Here is what I found.", "From the documents:", "Short summary first.", "As asked:")
_CLOSERS = (
    "Tell me if you need the steps.",
    "I can look further.",
    "Ask for more where needed.",
    "That is all for now.",
)
_JOINERS = (", and ", ", while ", "; ", ", whereas ")
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
    sheet = _Sheet(desk, answer, style)
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


class _Sheet:
    """One answer while it is written."""

    def __init__(self, desk: _Desk, answer: str, style: int) -> None:
        self.desk, self.answer, self.style = desk, answer, style
        self.text = ""
        self.claims: list[Claim] = []
        self.citations: list[Citation] = []
        self.cited: list[Cited] = []

    def fill(self, drafts: Sequence[Draft]) -> None:
        """Write the claims, one or two to a sentence, in prose or as a list."""
        stream = self.desk.stream
        listed, opens, closes = (stream.chance(p) for p in (_LIST, 0.3, 0.2))
        gap, bullet = ("\n", "- ") if listed else (" ", "")
        if opens:
            self.text = _OPENERS[self.style] + gap
        joined = False
        for i, claim in enumerate(drafts):
            self.text += "" if joined else bullet
            self._claim(claim, joined)
            more = i + 1 < len(drafts)
            joined = more and not joined and not listed and stream.chance(_COMPOUND)
            self.text += _JOINERS[self.style] if joined else "."
            self.text += gap if more and not joined else ""
        if closes:
            self.text += gap + _CLOSERS[self.style]

    def _claim(self, draft: Draft, joined: bool) -> None:
        text = draft.text
        if joined and text.split(" ", 1)[0] in _LOWERED:
            text = text[0].lower() + text[1:]
        span = len(self.text), len(self.text) + len(text)
        self.text += text
        name = f"{self.answer}.{len(self.claims) + 1}"
        self.claims.append(
            Claim(
                name,
                self.answer,
                *span,
                text,
                entity=draft.entity,
                attribute=draft.attribute,
                value=draft.value,
                label=draft.label,
                change=draft.change,
                evidence=draft.evidence,
                about=draft.place.passage,
                citation=self._cite(draft, name),
            )
        )

    def _cite(self, draft: Draft, claim: str) -> str:
        stream, rates = self.desk.stream, self.desk.parameters.rates
        if stream.chance(rates.uncited):
            return ""
        passage, flaw = self._target(draft, stream.chance(rates.bad_citation))
        identity = f"{self.answer}.c{len(self.citations) + 1}"
        self.text += " "
        start = len(self.text)
        self.text += f"[{passage}]"
        self.citations.append(Citation(identity, self.answer, start, len(self.text), passage))
        self.cited.append(Cited(identity, claim, flaw != "dangling", flaw == "", flaw))
        return identity

    def _target(self, draft: Draft, bad: bool) -> tuple[str, Flaw]:
        """Choose what to cite: what belongs to the claim, or something bad on purpose."""
        place = draft.place
        if bad:
            return self._bad_target(place)
        if draft.label == "supported":
            return place.passage, ""
        if draft.label == "unsupported":
            return place.passage, "silent"
        if draft.change == "stale" and self.desk.stream.chance(0.5):
            return place.passage_before, "superseded"
        if draft.source is not place and self.desk.stream.chance(0.5):
            return draft.source.passage, "elsewhere"
        return place.passage, "contradicts"

    def _bad_target(self, place: Place) -> tuple[str, Flaw]:
        stream = self.desk.stream
        flaws: list[Flaw] = ["dangling", "elsewhere", "elsewhere"]
        if place.passage_before:
            flaws.append("superseded")
        flaw = stream.choice(flaws)
        if flaw == "superseded":
            return place.passage_before, flaw
        if flaw == "dangling":
            return _dangling(stream, place), flaw
        other = place
        while other.passage == place.passage:
            other = stream.choice(self.desk.ordinary)
        return other.passage, flaw


def _dangling(stream: Stream, place: Place) -> str:
    """Name a passage that does not exist: too far down, or of a revision yet to be written."""
    if stream.chance(0.5):
        return f"{place.document}#{stream.integer(14, 29)}"
    number, revision = place.document.rsplit(".r", 1)
    return f"{number}.r{int(revision) + 1}#{place.passage.rsplit('#', 1)[1]}"


# First words that are written small in the middle of a sentence; names are not among them.
_LOWERED = frozenset(
    (
        "A",
        "Abusing",
        "After",
        "Among",
        "As",
        "Assigned",
        "At",
        "Before",
        "Firewalls",
        "For",
        "In",
        "Line",
        "More",
        "Of",
        "On",
        "Once",
        "Port",
        "Restarting",
        "Restoring",
        "Socket",
        "The",
        "To",
        "Train",
    )
)
