"""The book's page of every source: what it is, where the course uses it, how it was checked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.authoring.citations import PAGE, Place, citations, places, used
from autograder.authoring.references import Reference, references
from autograder.career.markdown import escape

__all__ = ["citation", "generated", "label"]

_PAPERS = frozenset({"article", "book", "inproceedings"})


def generated(root: Path) -> dict[PurePosixPath, bytes]:
    """Render the page; nothing where the course has no references."""
    known = references(root)
    if not known:
        return {}
    where = used(known, citations(places(root), known))
    papers = [one for one in known if _is_paper(one)]
    others = [one for one in known if not _is_paper(one)]
    parts = [
        ("Papers", [_entry(one, where[one.key]) for one in papers]),
        (
            "Books, reports, documentation, software",
            [_entry(one, where[one.key]) for one in others],
        ),
    ]
    counts = {s: sum(one.checked == s for one in known) for s in ("text", "record", "none")}
    loader = PackageLoader("autograder.authoring", "templates")
    template = Environment(loader=loader, undefined=StrictUndefined).get_template(
        "bibliography.md.j2"
    )
    text = template.render(total=len(known), parts=parts, counts=counts)
    return {PurePosixPath(f"{PAGE}.md"): f"{text.rstrip()}\n".encode()}


def label(work: Reference) -> str:
    """Name a work as a sentence would: its authors and its year."""
    names = [author.last for author in work.authors]
    who = f"{names[0]} and others" if len(names) > 3 else _listed(names)
    return f"{who}, {work.year or 'undated'}"


def citation(work: Reference) -> str:
    """Write a work in full: authors, title with its link, venue, identifiers."""
    parts = [
        _signed(work),
        f"[{escape(work.title)}]({work.link}){'' if work.title.endswith('?') else '.'}",
        f"{_venue(work)}." if _venue(work) else "",
        f"arXiv:{work.fields['eprint']}." if "eprint" in work.fields else "",
        f"Published afterwards: {work.fields['note']}." if "note" in work.fields else "",
        f"doi:{work.fields['doi']}." if "doi" in work.fields else "",
    ]
    return " ".join(filter(None, parts))


def _signed(work: Reference) -> str:
    """Name the people in full; an organisation stands in the label already."""
    people = any(author.first for author in work.authors)
    return f"{_listed([author.name for author in work.authors])}." if people else ""


def _entry(work: Reference, where: Iterable[Place]) -> Mapping[str, str]:
    return {
        "label": label(work),
        "citation": citation(work),
        "uses": ", ".join(map(_use, where)),
        "checked": _checked(work),
    }


def _use(place: Place) -> str:
    if not place.page:
        return f"`{place.title}`"
    kind = "ipynb" if place.page.startswith("notebooks/") else "md"
    target = os.path.relpath(f"{place.page}.{kind}", PurePosixPath(PAGE).parent)
    return f"[{escape(place.title)}]({target})"


def _checked(work: Reference) -> str:
    if work.checked_on is None:
        return "*Not confirmed.*"
    words = "Read" if work.checked == "text" else "Record confirmed"
    day = f"{work.checked_on.day} {work.checked_on:%B %Y}"
    return f"*{words}* on {day}{': ' if work.evidence else ''}{escape(work.evidence)}."


def _venue(work: Reference) -> str:
    known = work.fields
    pages = f", {known['pages']}" if "pages" in known else ""
    if work.kind == "article":
        number = f"({known['number']})" if "number" in known else ""
        return f"*{known['journal']}* {known.get('volume', '')}{number}".rstrip() + pages
    if "booktitle" in known:
        chapter = f", chapter {known['chapter']}" if "chapter" in known else ""
        house = f". {known['publisher']}" if "publisher" in known else ""
        return f"*{known['booktitle']}*{chapter}{pages}{house}"
    return known.get("publisher") or known.get("howpublished", "")


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _is_paper(work: Reference) -> bool:
    return work.kind in _PAPERS or "eprint" in work.fields
