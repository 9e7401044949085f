"""The career data says what its sources say, in other words."""

from __future__ import annotations

import csv
import json
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.career.citation import cited_lines

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "datasets" / "career"
SHARED = ROOT.parent / "shared"
LONGEST_RUN = 5
# Keys whose numbers are ours or identify something, and keys that hold a name.
OURS = frozenset({"ref", "id", "lessons", "rungs", "rung", "source", "ours"})
NAMES = frozenset({"name", "by", "tools"})

needs_sources = pytest.mark.skipif(
    not (SHARED / "seeds").is_dir(), reason="the source texts are not part of the repository"
)

# Without "one", which is a pronoun more often than a number.
_WORDS = {
    "two": 2.0,
    "three": 3.0,
    "four": 4.0,
    "five": 5.0,
    "six": 6.0,
    "seven": 7.0,
    "eight": 8.0,
    "nine": 9.0,
    "ten": 10.0,
    "eleven": 11.0,
    "twelve": 12.0,
    "fourteen": 14.0,
}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def sources() -> dict[str, list[str]]:
    files = sorted((SHARED / "seeds").glob("*.txt"))
    return {f"S{n}": path.read_text(encoding="utf-8").splitlines() for n, path in enumerate(files)}


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9']+", text.lower().replace("\u2019", "'"))
    span = LONGEST_RUN + 1
    return {tuple(words[i : i + span]) for i in range(len(words) - span + 1)}


def numbers(text: str) -> set[float]:
    found = {float(n) for n in re.findall(r"\d+(?:\.\d+)?", text.replace(",", ""))}
    return found | {_WORDS[w] for w in re.findall(r"[a-z]+", text.lower()) if w in _WORDS}


def records(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every record that carries a reference, innermost first."""
    parts = value.values() if isinstance(value, dict) else value
    if isinstance(value, list | dict):
        for part in parts:
            yield from records(part)
    if isinstance(value, dict) and "ref" in value:
        yield value


def everything_cited() -> list[tuple[str, dict[str, Any]]]:
    return [
        (path.name, record)
        for path in sorted(HERE.glob("*.json"))
        for record in records(json.loads(path.read_text(encoding="utf-8")))
    ]


def strings(value: Any, *, without: frozenset[str]) -> Iterator[str]:
    """Yield every text in a record and below it, except in the keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from strings(part, without=without)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in without:
                yield from strings(part, without=without)


def test_make_writes_what_is_committed() -> None:
    """Derived columns, rows and checksums agree with the files they are derived from."""
    for name, text in runpy.run_path(str(HERE / "make.py"))["build"]().items():
        assert (HERE / name).read_bytes() == text.encode()


def test_242_competencies_with_distinct_wording() -> None:
    """Ids run from C001 to C242 and no two rows say the same."""
    rows = table(HERE / "competencies.csv")
    assert [row["id"] for row in rows] == [f"C{n:03}" for n in range(1, 243)]
    assert len({row["competency"] for row in rows}) == len(rows)


def test_every_reference_and_lesson_resolves() -> None:
    """A competency is planned in a lesson of its rung, and that lesson lists it."""
    lessons = {lesson["id"]: lesson for lesson in table(HERE / "lessons.csv")}
    for row in table(HERE / "competencies.csv"):
        assert list(cited_lines(row["seed_refs"]))
        planned = lessons[row["planned_lesson"]]
        assert row["rung"] == planned["rung"]
        assert row["id"] in planned["competencies"].split()
    for lesson in lessons.values():
        assert lesson["competencies"], lesson["id"]


@needs_sources
def test_ids_and_references_agree_with_the_list_they_come_from() -> None:
    """No row was lost, renumbered or given other source lines."""
    theirs = {row["id"]: row for row in table(SHARED / "competencies.csv")}
    ours = {row["id"]: row for row in table(HERE / "competencies.csv")}
    assert set(ours) == set(theirs)
    for key, row in ours.items():
        assert (row["module"], row["seed_refs"]) == (
            theirs[key]["module"],
            theirs[key]["seed_refs"],
        )


@needs_sources
def test_no_wording_is_taken_over() -> None:
    """No text of ours shares six words in a row with a source or with the list of rows."""
    theirs: set[tuple[str, ...]] = set()
    for lines in sources().values():
        for line in lines:
            theirs |= runs(line)
    for row in table(SHARED / "competencies.csv"):
        theirs |= runs(row["competency"]) | runs(row["module_title"])
    ours = [value for row in table(HERE / "competencies.csv") for value in row.values()]
    ours += [value for row in table(HERE / "lessons.csv") for value in row.values()]
    for _, record in everything_cited():
        ours += strings(record, without=NAMES)
    taken = sorted({" ".join(run) for text in ours for run in runs(text) & theirs})
    assert taken == []


@needs_sources
def test_no_competency_repeats_a_short_row() -> None:
    """Rows too short to share six words differ from the list's as a whole."""
    theirs = {row["id"]: row["competency"].lower() for row in table(SHARED / "competencies.csv")}
    for row in table(HERE / "competencies.csv"):
        assert row["competency"].lower() != theirs[row["id"]]


@needs_sources
def test_every_number_stands_in_the_lines_cited() -> None:
    """A figure of ours occurs in a source line that its record names."""
    lines = sources()
    wrong = []
    for file, record in everything_cited():
        # Months restated from years are checked by the words they are stated in.
        left_out = OURS | ({"low", "high"} if "stated" in record else set())
        ours = json.dumps([v for k, v in record.items() if k not in left_out and v is not None])
        cited = "\n".join(lines[source][line - 1] for source, line in cited_lines(record["ref"]))
        wrong += [f"{file}: {record['ref']}: {n:g}" for n in numbers(ours) - numbers(cited)]
    assert wrong == []


@needs_sources
def test_competencies_cite_lines_that_exist() -> None:
    """Every cited line is in its source and is not empty."""
    lines = sources()
    for row in table(HERE / "competencies.csv"):
        for source, line in cited_lines(row["seed_refs"]):
            assert len(lines[source]) >= line, row["id"]
            assert any(lines[source][line - 1]), row["id"]


def test_known_slips_of_the_sources_are_not_repeated() -> None:
    """The bootcamp's place is its own site's, and an unrelated advertisement is not cited."""
    text = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.json"))
    assert "Stanford" not in text
    for _, record in everything_cited():
        assert not {("S2", 601), ("S2", 602), ("S2", 603)} & set(cited_lines(record["ref"]))
