"""The bibliography: prose and entries agree, each check bites, and the page is what they make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path, PurePosixPath

import pytest

from autograder.authoring.bibliography_page import citation, generated, label
from autograder.authoring.citations import NO_SOURCES, Place, citations, faults, places, used
from autograder.authoring.references import Reference, normalised, read_references, references
from autograder.errors import ContentError

ROOT = Path(__file__).resolve().parents[2]
PAPER = """
@article{moe2001,
  author    = {Moe, Ada and {van der Poe}, Bob and Roe, III, Cy},
  title     = {On {RAG}: Why?},
  journal   = {Journal of Tests},
  volume    = {7},
  number    = {2},
  pages     = {11--13},
  year      = {2001},
  doi       = {10.1/ABC},
  eprint    = {0101.01234},
  note      = {Elsewhere 2002},
  named     = {the paper of three | Moe's paper},
  checked   = {text},
  checkedon = {2026-11-02},
  evidence  = {the abstract},
  urldate   = {2026-11-02},
}
"""
PAGE = """
@incollection{poe2016,
  author    = {Poe, Eve},
  title     = {Alarms},
  booktitle = {The Big Book},
  chapter   = {5},
  year      = {2016},
  url       = {https://example.org/Alarms/},
  checked   = {none},
}
"""
KNOWN = read_references(PAPER + PAGE)
GOOD = (
    "See [Moe, van der Poe and Roe, 2001](https://doi.org/10.1/abc) and [a chapter](https://Example.org/Alarms#a).",
)


def place(*lines: str) -> Place:
    """Make a page of these lines."""
    return Place("book/page", "A page", lines)


def said(*lines: str, no_sources: Mapping[str, str] | None = None) -> list[str]:
    """Find what is wrong with a page that cites both works well and says this besides."""
    return faults(KNOWN, [place(*GOOD, *lines)], no_sources or {})


def without(field: str, text: str = PAPER) -> str:
    """Take one field's line out of an entry."""
    return "".join(f"{line}\n" for line in text.splitlines() if line.split("=")[0].strip() != field)


@pytest.fixture(scope="module")
def known() -> tuple[Reference, ...]:
    """Read the course's own references."""
    return references(ROOT)


@pytest.fixture(scope="module")
def found() -> list[Place]:
    """Read the course's own prose."""
    return places(ROOT)


def test_prose_and_bibliography_agree(known: tuple[Reference, ...], found: list[Place]) -> None:
    """Each source has an entry, each entry a use, each named person and year is the entry's."""
    assert faults(known, found) == []


def test_the_search_for_sources_sees_the_course(
    known: tuple[Reference, ...], found: list[Place]
) -> None:
    """Lessons, the glossary, other pages and datasheets are all read, and name what they should."""
    uses = {
        key: {one.title for one in where}
        for key, where in used(known, citations(found, known)).items()
    }
    assert {"Glossary", "21 Calibrate a judge", "The practice provider"} <= uses["zheng2023"]
    assert "datasets/practice_provider/README.md" in uses["zheng2023"]
    assert "09 Numbers you can trust" in uses["bonett2012"]
    assert sum(map(len, uses.values())) > 120


def test_every_address_that_is_no_source_says_why() -> None:
    """The list is short, and nothing is on it without a reason."""
    assert len(NO_SOURCES) < 10
    assert all(len(reason.split()) > 3 for reason in NO_SOURCES.values())


def test_the_page_is_what_the_references_make(known: tuple[Reference, ...]) -> None:
    """The committed page is the rendered one, and has each entry with its link and its uses."""
    ((path, content),) = generated(ROOT).items()
    assert (ROOT / path).read_bytes() == content
    text = content.decode()
    assert path == PurePosixPath("book/bibliography.md")
    assert text.count("\n: ") == text.count("Used in [") + text.count("Used in `") == len(known)
    assert [one.key for one in known if citation(one) not in text] == []
    for status in ("text", "record", "none"):
        assert f" ({sum(one.checked == status for one in known)}):" in text


def test_a_course_without_references_has_no_page(tmp_path: Path) -> None:
    """A course that has no such file gets nothing, and no error."""
    assert generated(tmp_path) == {}


def test_agreement_is_silent() -> None:
    """What agrees is reported by no check."""
    assert said() == []
    assert said("As [Moe and others, 2001](https://arxiv.org/pdf/0101.01234v3) found.") == []
    assert said("As [The Big Book, chapter 5, 2016](https://example.org/Alarms) says.") == []
    assert said("It holds (*fact*: the paper of three), and arXiv:0101.01234 says so too.") == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("See [this](https://example.org/other).", "https://example.org/other has no entry"),
        ("See https://example.org/bare, or not.", "https://example.org/bare has no entry"),
        ("After arXiv:2222.22222.", "https://arxiv.org/abs/2222.22222 has no entry"),
        ("[Moe and others, 2002](https://doi.org/10.1/abc)", "the entry's year is 2001"),
        ("[Moe et al.](https://doi.org/10.1/abc), 1999.", "the entry's year is 2001"),
        ("[Doe and others, 2001](https://doi.org/10.1/abc)", "Doe is not in the entry"),
        ("[Doe and others](https://doi.org/10.1/abc)", "Doe is not in the entry"),
        ("[Moe and Roe, 2001](https://doi.org/10.1/abc)", "the entry has 3 authors"),
        ("[Poe and others, 2016](https://example.org/Alarms)", "the entry has 1 authors"),
        ("[The Big Book, chapter 6, 2016](https://example.org/Alarms)", "chapter 6 is not in"),
        ("Nobody knows (*fact*, 2001).", "a fact without a source"),
        ("*Fact*: so it is.", "a fact without a source"),
    ],
)
def test_each_disagreement_is_told(line: str, told: str) -> None:
    """One wrong word in prose gives one sentence that names page and fault."""
    (sentence,) = said(line)
    assert sentence.startswith("A page: ")
    assert told in sentence


def test_an_unused_entry_is_told() -> None:
    """An entry that nothing names is one too many."""
    (sentence,) = faults(KNOWN, [place(GOOD[0].partition(" and [")[0])], {})
    assert "poe2016: nothing names it" in sentence


def test_an_excuse_is_taken_and_must_be_needed() -> None:
    """An address on the list of no sources needs no entry; one that is named nowhere is told."""
    tool = {"https://example.org/tool/": "a tool's home page, no claim"}
    assert said("Get [it](https://example.org/tool).", no_sources=tool) == []
    assert said(no_sources=tool) == [
        "NO_SOURCES: https://example.org/tool is named nowhere: take it off the list."
    ]


def test_code_is_no_prose(tmp_path: Path) -> None:
    """Addresses in code, spans or fences, found nothing; those in a directive do."""
    (tmp_path / "book").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "book/_toc.yml").write_text("root: book/index\n", encoding="utf-8")
    (tmp_path / "notebooks/course.yaml").write_text(
        'course: {title: T, version: "1"}\nlessons: []\n', encoding="utf-8"
    )
    (tmp_path / "book/index.md").write_text(
        "# Title\n\n```{note}\nhttps://in.example/1\n```\n\n```text\nhttps://no.example/2\n```\n"
        "`https://no.example/3`\n:::{note}\n```python\nget('https://no.example/4')\n```\n"
        "[x](https://in.example/5)\n:::\nhttps://in.example/6\n",
        encoding="utf-8",
    )
    cited = citations(places(tmp_path), KNOWN)
    assert [one.address for one in cited] == [f"https://in.example/{n}" for n in (1, 5, 6)]


def test_an_entry_is_read_in_full() -> None:
    """Names, capitals, ranges, dates and every address of a work come out as they are shown."""
    moe = next(one for one in KNOWN if one.key == "moe2001")
    assert [author.name for author in moe.authors] == ["Ada Moe", "Bob van der Poe", "Cy Roe III"]
    assert moe.addresses == ("https://arxiv.org/abs/0101.01234", "https://doi.org/10.1/abc")
    assert moe.named == ("the paper of three", "Moe's paper")
    assert moe.checked_on == date(2026, 11, 2)
    assert label(moe) == "Moe, van der Poe and Roe, 2001"
    assert citation(moe) == (
        "Ada Moe, Bob van der Poe and Cy Roe III. "
        "[On RAG: Why?](https://arxiv.org/abs/0101.01234) *Journal of Tests* 7(2), 11–13. "
        "arXiv:0101.01234. Published afterwards: Elsewhere 2002. doi:10.1/ABC."
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("@article{moe2001,", "is not BibTeX"),
        (PAPER + PAPER, "moe2001"),
        (PAPER + PAPER.replace("moe2001", "moe2002"), "both are https://"),
        (PAPER.replace("moe2001", "Moe_2001"), "a key is lower case"),
        (PAPER.replace("@article", "@song"), "no kind 'song'"),
        (without("author"), "the field author is missing"),
        (without("journal"), "the field journal is missing"),
        (without("year"), "the field year is missing"),
        (without("booktitle", PAGE), "the field booktitle is missing"),
        (without("url", PAGE), "no address"),
        (without("checked"), "the field checked is missing"),
        (PAPER.replace("{text}", "{surely}"), "checked is 'surely'"),
        (without("evidence"), "checked as text says evidence"),
        (without("checkedon"), "checked as text says checkedon"),
        (without("urldate"), "checked as text says urldate"),
        (PAPER.replace("{text}", "{record}"), "checked as record cannot say urldate"),
        (PAPER.replace("{text}", "{none}"), "checked as none cannot say checkedon"),
        (PAPER.replace("checkedon = {2026-11-02}", "checkedon = {today}"), "checkedon is no date"),
        (PAPER.replace("{2001}", "{MMI}"), "'MMI' is no year"),
    ],
)
def test_an_entry_that_lacks_or_claims_something_is_refused(text: str, told: str) -> None:
    """A claim to have read needs what was read and when; what was not read cannot have a day."""
    with pytest.raises(ContentError, match=told):
        read_references(text)


@pytest.mark.parametrize(
    ("spelling", "plain"),
    [
        ("HTTPS://Example.ORG/A/#part", "https://example.org/A"),
        ("https://arxiv.org/pdf/2101.00001v2.pdf", "https://arxiv.org/abs/2101.00001"),
        ("https://doi.org/10.1/AbC", "https://doi.org/10.1/abc"),
    ],
)
def test_spellings_of_an_address_are_one(spelling: str, plain: str) -> None:
    """A host's case, a fragment, a last slash, a version and a DOI's case make no other work."""
    assert normalised(spelling) == plain
