"""Where the course names a source, and whether the bibliography agrees.

A citation is a link to another host, an arXiv number, or a phrase that an entry of the
bibliography lists as its name. Code is no prose, and what stands in it is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.authoring.lesson import read_lesson
from autograder.authoring.references import FILE, Reference, normalised
from autograder.authoring.toc import read_toc
from autograder.manifest import read_course

__all__ = ["NO_SOURCES", "PAGE", "Citation", "Place", "citations", "faults", "places", "used"]

PAGE = "book/bibliography"
# Addresses in prose that found no claim, each with the reason.
NO_SOURCES = {
    "https://distributed.dask.org": "a tool's home, for who wants to run it",
    "https://github.com/containers/bubblewrap": "a tool's home, for who wants to install it",
    "https://github.com/LibreTexts/ngshare": "a tool's home, for who wants to install it",
    "https://pyodide.org/en/stable": "a tool's home; the page says what we measured of it",
    "https://www.apache.org/licenses/LICENSE-2.0": "the text of a licence",
}

_LESSONS = "notebooks/release/"
_FENCE = re.compile(r"^\s*(`{3,}|~{3,}|:{3,})\s*(\S*)")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_LINK = re.compile(r"\[([^\]]*)\]\(\s*<?(https?://[^)\s>]+)>?[^)]*\)(, (?:19|20)\d\d)?")
_BARE = re.compile(r"(?:^|[\s(<])(https?://[^\s)>\]]*[^\s)>\].,;:])")
_ARXIV = re.compile(r"\barXiv:(\d{4}\.\d{4,5})")
_FACT = re.compile(r"\*fact\*\s*[,:)]", re.IGNORECASE)
# A fact that leans on the line before it, or on the texts that datasets/career describes.
_ELSEWHERE = re.compile(r"same source|\bS\d\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_OTHERS = re.compile(r"(?:,? and others|,? et al\.?)")
_VENUES = ("booktitle", "journal", "howpublished", "note", "publisher", "short")
_CHAPTER = re.compile(r"chapter (\d+)")


@dataclass(frozen=True)
class Place:
    """A page or a datasheet that may name sources: what it is called and its lines of prose.

    `page` is its name in the table of contents, "" for what is no page.
    """

    page: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Citation:
    """One mention of a source: where, on which line, in which words, under which address."""

    place: Place
    line: str
    words: str
    address: str


def places(root: Path) -> list[Place]:
    """List what names sources: the pages in the book's order, then the datasheets."""
    course = read_course(root / "notebooks" / "course.yaml")
    titles = {lesson.id: lesson.title for lesson in course.ready}
    pages = (listed.name for listed in read_toc(root / "book" / "_toc.yml"))
    found = [_page(root, name, titles) for name in pages if name != PAGE]
    sheets = sorted((root / "datasets").glob("*/README.md"))
    return [*found, *(_sheet(root, path) for path in sheets)]


def citations(found: Iterable[Place], known: Sequence[Reference]) -> list[Citation]:
    """List every mention of a source, in the order of the places."""
    names = [(name, one.addresses[0]) for one in known for name in one.named]
    return [
        cited for place in found for line in place.lines for cited in _cited(place, line, names)
    ]


def used(known: Sequence[Reference], cited: Iterable[Citation]) -> Mapping[str, list[Place]]:
    """Map each key to the places that use the work, each once, in order."""
    owner = {address: one.key for one in known for address in one.addresses}
    found: dict[str, list[Place]] = {one.key: [] for one in known}
    for citation in cited:
        key = owner.get(citation.address)
        if key and citation.place not in found[key]:
            found[key].append(citation.place)
    return found


def faults(
    known: Sequence[Reference],
    found: Sequence[Place],
    no_sources: Mapping[str, str] = NO_SOURCES,
) -> list[str]:
    """Say where prose and bibliography disagree, one sentence each; nothing where they agree."""
    cited = citations(found, known)
    works = {address: one for one in known for address in one.addresses}
    excused = {normalised(address) for address in no_sources}
    return [
        *_unknown(cited, works.keys() | excused),
        *(
            f"{FILE}: {key}: nothing names it: remove it, or cite it."
            for key, where in used(known, cited).items()
            if not where
        ),
        *(
            f"NO_SOURCES: {address} is named nowhere: take it off the list."
            for address in sorted(excused - {one.address for one in cited})
        ),
        *(
            said
            for one in cited
            if one.address in works
            for said in _disagreements(one, works[one.address])
        ),
        *_unsourced(found, cited),
    ]


def _unknown(cited: Iterable[Citation], known: Set[str]) -> Iterator[str]:
    for one in cited:
        if one.address not in known:
            yield (
                f"{one.place.title}: {one.address} has no entry in {FILE}: add one, "
                "or say in citations.NO_SOURCES why it founds no claim."
            )


def _unsourced(found: Iterable[Place], cited: Iterable[Citation]) -> Iterator[str]:
    sourced = {(one.place, one.line) for one in cited}
    for place in found:
        for line in place.lines:
            tagged = _FACT.search(line) and not _ELSEWHERE.search(line)
            if tagged and (place, line) not in sourced:
                yield f"{place.title}: a fact without a source: {line.strip()[:100]}"


def _page(root: Path, name: str, titles: Mapping[str, str]) -> Place:
    if name.startswith(_LESSONS):
        lesson = PurePosixPath(name).name
        cells = read_lesson(root / "notebooks/lessons" / lesson / "lesson.py").of_kind("markdown")
        lines = [line for cell in cells for line in _prose(cell.source)]
        return Place(name, f"{lesson[:2]} {titles.get(lesson, lesson)}", tuple(lines))
    text = (root / f"{name}.md").read_text(encoding="utf-8")
    title = next(line for line in text.splitlines() if line.startswith("# "))
    return Place(name, title.removeprefix("# ").strip(), tuple(_prose(text)))


def _sheet(root: Path, path: Path) -> Place:
    text = path.read_text(encoding="utf-8")
    return Place("", str(path.relative_to(root).as_posix()), tuple(_prose(text)))


def _prose(text: str) -> Iterator[str]:
    """Yield the lines that are no code; what stands in a directive is prose."""
    open_fences: list[tuple[str, bool]] = []  # each with its marker, and whether it holds code
    for line in text.splitlines():
        fence = _FENCE.match(line)
        marker, code = open_fences[-1] if open_fences else ("", False)
        if fence and not fence[2] and fence[1] == marker:
            open_fences.pop()
        elif code:
            continue
        elif fence:
            open_fences.append((fence[1], not fence[2].startswith("{")))
        else:
            yield _CODE.sub(_name_only, line)


def _name_only(code: re.Match[str]) -> str:
    # A file's name may be how prose names a source; an address in code is somebody's own.
    return "" if "://" in code[0] else code[0].strip("`")


def _cited(place: Place, line: str, names: Iterable[tuple[str, str]]) -> Iterator[Citation]:
    for link in _LINK.finditer(line):
        yield Citation(place, line, link[1] + (link[3] or ""), normalised(link[2]))
    rest = _LINK.sub("", line)
    for bare in _BARE.finditer(rest):
        yield Citation(place, line, bare[1], normalised(bare[1]))
    for number in _ARXIV.finditer(rest):
        yield Citation(place, line, number[0], f"https://arxiv.org/abs/{number[1]}")
    for name, address in names:
        if name in rest:
            yield Citation(place, line, name, address)


def _disagreements(cited: Citation, work: Reference) -> Iterator[str]:
    """Compare the years and the people that a mention's words name with the entry."""
    where = f"{cited.place.title}: {cited.words!r} against {work.key}"
    years = set(map(int, _YEAR.findall(cited.words)))
    if years and years != {work.year}:
        yield f"{where}: the entry's year is {work.year}."
    others = _OTHERS.search(cited.words)
    if not years and not others:
        return
    parts = _parts(cited.words)
    strangers = [part for part in parts if not _belongs(part, work)]
    if cited.words in work.named:  # the entry's own words for it
        return
    if strangers:
        yield f"{where}: {', '.join(strangers)} is not in the entry."
    named = sum(part in _surnames(work) for part in map(_folded, parts))
    if named and (len(work.authors) <= named if others else len(work.authors) != named):
        yield f"{where}: the entry has {len(work.authors)} authors."


def _parts(words: str) -> list[str]:
    bare = _YEAR.sub("", _OTHERS.sub(",", words))
    return [part.strip() for part in re.split(r",| and |\(|\)|:", bare) if part.strip(" .")]


def _belongs(part: str, work: Reference) -> bool:
    """Tell whether an entry has this person, organisation, title, venue or chapter."""
    chapter = _CHAPTER.fullmatch(part)
    if chapter:
        return work.fields.get("chapter") == chapter[1]
    texts = [work.title, *(work.fields.get(name, "") for name in _VENUES)]
    people = {_folded(author.name) for author in work.authors} | _surnames(work)
    folded = _folded(part)
    return folded in people or any(folded in _folded(text) for text in texts)


def _surnames(work: Reference) -> set[str]:
    return {_folded(author.last) for author in work.authors}


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(plain.casefold().replace("'", "").split())
