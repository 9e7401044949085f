"""The book's generated page of the corpus scenario: its datasheet."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from functools import lru_cache

from autograder.authoring.datasheet import Datasheet, code, percent
from autograder.career.markdown import escape
from autograder.scenarios.corpus import Rates, World, compose
from autograder.scenarios.corpus.families import ADVISORY, RUNBOOK, STANDARD, TICKET

__all__ = ["corpus_page"]

_SHEET = Datasheet("corpus", "corpus_page")
_WORLDS = 100  # are counted for the shares

_PARAMETERS = {
    "seed": "a whole number; the same seed gives the same world, byte for byte",
    "documents": "how many documents, older revisions included; 8 to 100",
    "answers": "how many questions, each with one answer",
    "rates": "the shares below",
    "icc": "intraclass correlation of errors within an answer; 0 for independent claims, below 1",
    "claims": "fewest and most claims of an answer; 1 to 8",
    "phrasings": "phrasing families in use: ids 0 to 3, `train` (0, 1), `held_out` (2, 3) or `all`",
    "realm": "worlds of different realms differ, whatever the seed",
}
_RATES = {
    "supported": "of the claims are stated by a document in force",
    "contradicted": "of the claims have another value there",
    "unsupported": "of the claims have no value there",
    "abstention": "of the answers abstain and make no claim",
    "over_abstention": "of the answers that abstain could have been given",
    "bad_citation": "of the citations are spoilt on purpose, whatever the claim",
    "uncited": "of the claims carry no citation",
}
_CHANGES = {
    "": "nothing",
    "number": "another number of the same unit, mostly one from the same passage",
    "version_range": "a border of the range moved to the fixed version, or a version on its "
    "wrong side",
    "entity": "another team, or the value of another product",
    "negation": "needed for not needed, or the other way round",
    "date": "another date, mostly one from the same passage",
    "stale": "what an older revision said",
    "injected": "what an injected instruction asks for",
    "world": "true in the world, and not in the documents",
    "absent": "the documents mention the thing without a value",
}
_FLAWS = {
    "": "none: it resolves and supports",
    "contradicts": "the passage gives another value",
    "silent": "the passage mentions the thing without a value",
    "superseded": "the passage belongs to a revision that is no longer in force",
    "elsewhere": "the passage is about something else",
    "dangling": "there is no such passage",
}
_UNITS = {
    "count": "a count",
    "date": "a day",
    "days": "days",
    "flag": "yes or no",
    "hours": "hours",
    "minutes": "minutes",
    "port": "a port",
    "score": "a CVSS score",
    "team": "a team",
}


def corpus_page() -> bytes:
    """Render the datasheet."""
    return _SHEET.render(**_example(), **_parameters(), **_shares(), families=_families())


@lru_cache(maxsize=1)
def _counted() -> tuple[World, ...]:
    return tuple(compose(seed, realm="book") for seed in range(_WORLDS))


def _example() -> dict[str, object]:
    """Choose the first answer with one claim of each label, each with a citation."""
    world, answer, claims = next(
        (w, a, own)
        for w in _counted()
        for a in w.public.answers
        if len(own := [c for c in w.truth.claims if c.answer == a.id]) == 3
        and len({c.label for c in own}) == 3
        and all(c.citation for c in own)
    )
    cited = {c.id: c.passage for c in answer.citations}
    flaws = {c.citation: c.flaw for c in world.truth.citations}
    about = {c.about for c in claims}
    rows = [
        (escape(c.text), c.label, *map(code, (c.change, cited[c.citation], flaws[c.citation])))
        for c in claims
    ]
    return {
        "question": next(q for q in world.public.questions if q.id == answer.question),
        "answer": answer,
        "passages": [p for d in world.public.documents for p in d.passages if p.id in about],
        "verdicts": rows,
    }


def _parameters() -> dict[str, object]:
    shares = {field.name: field.default for field in fields(Rates)}
    _SHEET.agree(shares, _RATES)
    return {
        "parameters": _SHEET.parameters(compose, _PARAMETERS),
        "rates": [(code(name), share, _RATES[name]) for name, share in shares.items()],
    }


def _families() -> list[tuple[str, ...]]:
    kinds = {
        "runbook": RUNBOOK,
        "runbook, once": (STANDARD,),
        "advisory": ADVISORY,
        "ticket": TICKET,
    }
    return [
        (
            kind,
            family.id,
            _UNITS[family.unit] if family.items else "ranges and versions",
            ", ".join(family.items) or "two branches of a product",
        )
        for kind, families in kinds.items()
        for family in families
    ]


def _shares() -> dict[str, object]:
    """Count how claims and citations of the default worlds go wrong."""
    labels: dict[str, str] = {c.change: c.label for w in _counted() for c in w.truth.claims}
    changes = Counter[str](c.change for w in _counted() for c in w.truth.claims)
    flaws = Counter[str](c.flaw for w in _counted() for c in w.truth.citations)
    _SHEET.agree(changes, _CHANGES)
    _SHEET.agree(flaws, _FLAWS)
    return {
        "worlds": _WORLDS,
        "claims": f"{changes.total():,}",
        "citations": f"{flaws.total():,}",
        "changes": [
            (code(name), labels[name], text, percent(changes[name], changes.total()))
            for name, text in _CHANGES.items()
        ],
        "flaws": [
            (code(name), text, percent(flaws[name], flaws.total())) for name, text in _FLAWS.items()
        ],
    }
