"""The works that the course rests on, read from `book/references.bib`.

BibTeX, with six fields of our own: `checked` (text, record or none), `checkedon` (a date),
`evidence` (what was seen), `named` (phrases, set apart by `|`, by which prose names the work
without a link), `chapter` where one chapter of a book is meant, and `short` (a title for lists).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args

from pybtex.database import Entry, parse_string  # type: ignore[import-untyped]  # has no types
from pybtex.database import Person as Given
from pybtex.exceptions import PybtexError  # type: ignore[import-untyped]  # has no types

from autograder.errors import ContentError

__all__ = ["FILE", "Author", "Checked", "Reference", "normalised", "read_references", "references"]

FILE = "book/references.bib"
Checked = Literal["text", "record", "none"]

_REQUIRED = {
    "article": ("author", "title", "journal", "year"),
    "book": ("author", "title", "publisher", "year"),
    "incollection": ("author", "title", "booktitle", "year"),
    "inproceedings": ("author", "title", "booktitle", "year"),
    "misc": ("author", "title"),
}
_ALWAYS = ("checked",)
# What a check owes, and what it must not claim.
_OWED = {"text": ("checkedon", "evidence", "urldate"), "record": ("checkedon",)}
_REFUSED = {"record": ("urldate",), "none": ("checkedon", "evidence", "urldate")}
_ADDRESSES = ("url", "doi", "eprint")
_KEY = re.compile(r"[a-z]+(?:-?[a-z0-9]+)*")
_ARXIV = re.compile(r"https://arxiv\.org/(?:abs|pdf|html)/(\d{4}\.\d{4,5})(?:v\d+)?(?:\.pdf)?")


@dataclass(frozen=True)
class Author:
    """Who signs a work; an organisation has a last name only."""

    first: str
    last: str
    suffix: str = ""

    @property
    def name(self) -> str:
        """Write the name as it is read."""
        return " ".join(filter(None, (self.first, self.last, self.suffix)))


@dataclass(frozen=True)
class Reference:
    """One work: what it is, where it is found, and how far we have checked that.

    `fields` holds what only the page needs, by BibTeX's names.
    """

    key: str
    kind: str
    authors: tuple[Author, ...]
    title: str
    year: int | None
    addresses: tuple[str, ...]
    named: tuple[str, ...]
    checked: Checked
    checked_on: date | None
    evidence: str
    fields: dict[str, str]

    @property
    def link(self) -> str:
        """Return the address that a reader follows, as it is written."""
        if "url" in self.fields:
            return self.fields["url"]
        if "eprint" in self.fields:
            return f"https://arxiv.org/abs/{self.fields['eprint']}"
        return f"https://doi.org/{self.fields['doi']}"

    @property
    def signed(self) -> str:
        """Write what a list is sorted by: the last names, without accents."""
        names = unicodedata.normalize("NFKD", " ".join(author.last for author in self.authors))
        return names.encode("ascii", "ignore").decode().casefold()


def references(root: Path) -> tuple[Reference, ...]:
    """Read the course's references, none where the course has no file of them."""
    place = root / FILE
    return read_references(place.read_text(encoding="utf-8")) if place.is_file() else ()


def read_references(text: str) -> tuple[Reference, ...]:
    """Read BibTeX; raise `ContentError` naming the key of the first entry that lacks something."""
    try:
        entries = parse_string(text, "bibtex").entries
    except PybtexError as err:
        raise ContentError(f"{FILE} is not BibTeX that can be used: {err}") from err
    found = tuple(_reference(key, entry) for key, entry in entries.items())
    _refuse_twins(found)
    return tuple(sorted(found, key=lambda one: (one.signed, one.year or 0, one.title.casefold())))


def normalised(address: str) -> str:
    """Write an address as its spellings are compared: small host, no fragment, no last slash."""
    place, _, _ = address.partition("#")
    scheme, _, rest = place.partition("://")
    host, slash, path = rest.partition("/")
    if host.lower() == "doi.org":  # a DOI has no case
        path = path.lower()
    plain = f"{scheme.lower()}://{host.lower()}{slash}{path}".rstrip("/")
    return _ARXIV.sub(r"https://arxiv.org/abs/\1", plain)


def _reference(key: str, entry: Entry) -> Reference:
    known = {name.lower(): _plain(value) for name, value in entry.fields.items()}
    authors = tuple(map(_person, entry.persons.get("author", ())))
    _refuse(key, entry.type, {**known, **({"author": "given"} if authors else {})})
    return Reference(
        key=key,
        kind=entry.type,
        authors=authors,
        title=known["title"],
        year=int(known["year"]) if "year" in known else None,
        addresses=tuple(_addresses(known)),
        named=tuple(filter(None, (part.strip() for part in known.get("named", "").split("|")))),
        checked=cast(Checked, known["checked"]),  # one of them, or refused above
        checked_on=date.fromisoformat(known["checkedon"]) if "checkedon" in known else None,
        evidence=known.get("evidence", ""),
        fields=known,
    )


def _refuse(key: str, kind: str, known: dict[str, str]) -> None:
    """Raise `ContentError` for the first thing that is wrong with an entry."""
    for wrong in _wrong(key, kind, known):
        raise ContentError(f"{FILE}: {key}: {wrong}")


def _wrong(key: str, kind: str, known: dict[str, str]) -> Iterator[str]:
    if not _KEY.fullmatch(key):
        yield "a key is lower case: a name, a year or words, with hyphens."
    if kind not in _REQUIRED:
        yield f"no kind {kind!r} here: take one of {', '.join(_REQUIRED)}."
        return
    for name in (*_REQUIRED[kind], *_ALWAYS):
        if not known.get(name):
            yield f"the field {name} is missing."
            return
    if not any(name in known for name in _ADDRESSES):
        yield f"no address: give one of {', '.join(_ADDRESSES)}."
    checked = known["checked"]
    if checked not in get_args(Checked):
        yield f"checked is {checked!r}: take one of {', '.join(get_args(Checked))}."
    for name in _OWED.get(checked, ()):
        if name not in known:
            yield f"what is checked as {checked} says {name}."
    for name in _REFUSED.get(checked, ()):
        if name in known:
            yield f"what is checked as {checked} cannot say {name}."
    yield from (f"{name} is no date: {known[name]!r}." for name in _no_dates(known))
    if not re.fullmatch(r"(19|20)\d\d", known.get("year", "2000")):
        yield f"{known['year']!r} is no year."


def _no_dates(known: dict[str, str]) -> Iterator[str]:
    for name in ("checkedon", "urldate"):
        if not re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", known.get(name, "2000-01-01")):
            yield name


def _refuse_twins(found: tuple[Reference, ...]) -> None:
    seen: dict[str, str] = {}
    for one in found:
        for address in one.addresses:
            if address in seen:
                raise ContentError(f"{FILE}: {one.key} and {seen[address]} both are {address}.")
            seen[address] = one.key


def _addresses(known: dict[str, str]) -> Iterator[str]:
    if "url" in known:
        yield normalised(known["url"])
    if "eprint" in known:
        yield f"https://arxiv.org/abs/{known['eprint']}"
    if "doi" in known:
        yield normalised(f"https://doi.org/{known['doi']}")


def _person(given: Given) -> Author:
    parts = (
        [*given.first_names, *given.middle_names],
        [*given.prelast_names, *given.last_names],
        given.lineage_names,
    )
    return Author(*(_plain(" ".join(part)) for part in parts))


def _plain(text: str) -> str:
    """Drop the braces that keep BibTeX from changing capitals, and write ranges with a dash."""
    bare = " ".join(text.replace("{", "").replace("}", "").split())
    return re.sub(r"(?<=\d)--(?=\d)", "\N{EN DASH}", bare)
