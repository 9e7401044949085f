"""Write one answer from its drafts: sentences, citations, and the spans of both."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.scenarios.corpus.claims import Draft, Place
from autograder.scenarios.corpus.records import Citation
from autograder.scenarios.corpus.sealed import Cited, Claim, Flaw, Rates
from autograder.scenarios.draws import Stream

__all__ = ["Sheet"]

_COMPOUND = 0.3  # of the sentences in prose hold two claims
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


class Sheet:
    """One answer while it is written."""

    def __init__(
        self, stream: Stream, rates: Rates, places: Sequence[Place], answer: str, style: int
    ) -> None:
        self.stream, self.rates, self.places = stream, rates, places
        self.answer, self.style = answer, style
        self.text = ""
        self.claims: list[Claim] = []
        self.citations: list[Citation] = []
        self.cited: list[Cited] = []

    def fill(self, drafts: Sequence[Draft]) -> None:
        """Write the claims, one or two to a sentence, in prose or as a list."""
        stream = self.stream
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
        stream, rates = self.stream, self.rates
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
        if draft.change == "stale" and self.stream.chance(0.5):
            return place.passage_before, "superseded"
        if draft.source is not place and self.stream.chance(0.5):
            return draft.source.passage, "elsewhere"
        return place.passage, "contradicts"

    def _bad_target(self, place: Place) -> tuple[str, Flaw]:
        stream = self.stream
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
            other = stream.choice(self.places)
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
