"""Each number of tagged prose is bound to one line of the page, and what is not is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.authoring.lesson import parse_lesson
from autograder.authoring.misquoted import faults
from autograder.authoring.quoted import Entry, lines, read_entries, sentences
from autograder.authoring.template import FILES
from autograder.errors import ContentError


def notebook(prose: str, code: str = "") -> dict[str, Any]:
    """Make a notebook of one code cell and the text that reads it."""
    return {
        "cells": [
            {"cell_type": "code", "id": "code", "source": code},
            {"cell_type": "markdown", "id": "text", "source": prose},
        ]
    }


def shown(text: str) -> dict[str, list[dict[str, Any]]]:
    """Make the output of the code cell."""
    return {"code": [{"output_type": "stream", "text": text}]}


def told(prose: str, output: str, *entries: Entry, code: str = "") -> list[str]:
    """List the faults of one sentence of prose, an output and the entries."""
    return faults(notebook(prose, code), shown(output), entries)


@pytest.mark.parametrize(
    ("prose", "numbers"),
    [
        ("It took 12.5 ms in 3 runs (*measured*).", ["12.5", "3"]),
        ("From .74 to -.022, or 2,395 at 2e-8 (*measured*).", [".74", "-.022", "2,395", "2e-8"]),
        ("It gains .028 (*measured*), as was found (*fact*, A and B, 2023).", [".028"]),
        ("On Gemini 2.5, in Task 5, GPT-5.6 and MRR@10 gain .1 (*measured*).", [".1"]),
        ("Version 0.2.3 of 2026-11-10 took `k=60` [12](13) (*measured*).", ["12"]),
        ("Task 5 costs $0.15 and 24-hour waits (*simulated*).", ["0.15", "24"]),
        ("At 25 % faults it is the 29th (*simulated*).", ["25"]),
        ("Over Monday 40 fell, as in lessons 09 and `v2 8` (*measured*).", ["40"]),
        ("It is (5 ms *measured*, as a *fact* of 6 others).", ["5", "6"]),
        ("It took 5 ms. (*measured*)", ["5"]),
        ("1. In 96 tries one fails (*measured*).", ["96"]),
    ],
)
def test_a_sentence_quotes_what_it_writes_in_digits(prose: str, numbers: list[str]) -> None:
    """Small counts too; names, days, versions, code, addresses and other people's facts aside."""
    (one,) = sentences(notebook(prose))
    assert one.tagged
    assert list(one.numbers) == numbers


def test_only_a_tagged_sentence_must_be_bound() -> None:
    """A sentence without a tag need not be, a legend explains the tags, and both may hold more."""
    text = "It has 400 rows. It took 5 ms (*measured*).\nTags: *fact* (2026), *measured*."
    (said,) = told(text, "5 ms\n400 rows")
    assert "lacks 5 of 'It took 5 ms" in said
    bound = [Entry("It has 400 rows", "400", "400 rows"), Entry("It took", "5", "5 ms")]
    assert told(text, "5 ms\n400 rows", *bound) == []


@pytest.mark.parametrize(
    ("prose", "number", "output", "line"),
    [
        ("It is .59 (*measured*).", ".59", "recall 0.5871", "recall 0.5871"),
        ("It is 59 % (*measured*).", "59", "{'share': 0.5871}", "{'share': 0.5871}"),
        ("It is 2,395 (*simulated*).", "2,395", "2395 rows", "2395 rows"),
        ("It is 13.3 cents (*measured*).", "13.3", "0.1332", "0.1332"),
        ("It loses 7 points (*measured*).", "7", "loss -0.07 here", "loss -0.07"),
        ("It is -.022 (*measured*).", "-.022", "a  -0.0224  1", "a  **-0.0224**  1"),
        ("It is 59.4 (*measured*).", "59.4", "<x> 59.41  8", "<x>  **59.41**  8"),
    ],
)
def test_a_number_is_bound_as_the_sentence_rounds_it(
    prose: str, number: str, output: str, line: str
) -> None:
    """Rounding, per cent, cents, points and thousands are the same number, in any spacing."""
    assert told(prose, output, Entry("It", number, line)) == []


@pytest.mark.parametrize(
    ("prose", "number"),
    [
        ("It is .60 (*measured*).", ".60"),  # one in the last place is another number
        ("It is 1 (*measured*).", "1"),  # a share is not rounded to all or nothing
        ("It is 59 (*measured*).", "59"),  # a share is no per cent unless the prose says so
        ("It is -.59 (*measured*).", "-.59"),  # a sign that is written has to be there
    ],
)
def test_a_wrong_number_is_told_with_the_lines_that_hold_it(prose: str, number: str) -> None:
    """The message says what to do and where the number does stand."""
    (said,) = told(prose, f"recall 0.5871\nother {number}", Entry("It is", number, "recall 0.5871"))
    assert "'recall 0.5871' does not show it" in said
    assert f"Lines that hold it: 'other {number}'" in said


def test_a_vanished_line_is_told_with_the_closest_that_hold_the_number() -> None:
    """The page changed: a person reads it and mends sentence or entry."""
    entry = Entry("It is", "62", "recall@5  0.6204")
    (said,) = told("It is 62 % (*measured*).", "loss 0.62\nrecall@10  0.6204", entry)
    assert "no longer have the line 'recall@5 0.6204'" in said
    assert "Lines that hold it: 'recall@10 0.6204'; 'loss 0.62'" in said
    (said,) = told("It is 62 % (*measured*).", "recall@5  0.6104", entry)
    assert "No line of the page holds this number" in said


def test_a_line_is_no_part_of_a_word_or_a_number() -> None:
    """`0.62` does not stand in 0.6204 or in 10.62."""
    entry = Entry("It is", "62", "call 0.62")
    for output in ("call 0.6204", "recall 0.62", "call 0.62.1"):
        assert "no longer have the line" in told("It is 62 % (*measured*).", output, entry)[0]
    assert told("It is 62 % (*measured*).", "call 0.62, or so", entry) == []


def test_a_line_is_one_line_and_means_one_number() -> None:
    """A part that stands in two lines, or holds two numbers without a mark, binds nothing."""
    prose, output = "It is 62 % (*measured*).", "a 0.62 1\nb 0.62 2"
    (said,) = told(prose, output, Entry("It", "62", "0.62"))
    assert "stands in 2 lines. Quote more" in said
    (said,) = told(prose, output, Entry("It", "62", "a 0.62 1"))
    assert "holds several numbers. Mark one" in said
    assert told(prose, output, Entry("It", "62", "a **0.62** 1")) == []


def test_the_last_places_of_a_long_number_need_not_be_quoted() -> None:
    """They may differ between processors; what is quoted of it has to be there, and to round."""
    prose, entry = "It is .95 (*measured*).", Entry("It is", ".95", "recall **0.954\u2026** of 10")
    assert told(prose, "recall 0.9540650406504066 of 10", entry) == []
    for output in ("recall 0.9550650406504066 of 10", "recall 0.954 of 10", "recall 0.95"):
        assert "no longer have the line" in told(prose, output, entry)[0]
    assert "'recall **0.95406**\u2026 of 10'" in told(prose, "recall 0.9540650406504066 of 10")[0]


def test_a_sentence_that_stands_twice_needs_one_entry() -> None:
    """The same words mean the same line."""
    prose = "It is 62 % (*measured*).\nSo be it.\nIt is 62 % (*measured*)."
    assert told(prose, "recall 0.62", Entry("It is", "62", "recall 0.62")) == []


def test_a_parameter_is_bound_to_code_and_only_where_the_entry_says_so() -> None:
    """Code and outputs are two places, and a line of one does not stand in the other."""
    prose, code = "With 2,000 rows it stops (*simulated*).", "rows = 2_000"
    entry = Entry("With", "2,000", "rows = 2_000", code=True)
    assert told(prose, "", entry, code=code) == []
    (said,) = told(prose, "", Entry("With", "2,000", "rows = 2_000"), code=code)
    assert "the page's outputs no longer have the line" in said


def test_an_entry_that_nothing_quotes_is_told() -> None:
    """No such sentence, two such sentences, or no such number in it."""
    prose = "It is 62 % (*measured*).\nIt was better."
    good = Entry("It is", "62", "recall 0.62")
    for entry, words in (
        (Entry("That is", "62", "recall 0.62"), "no sentence begins with 'That is'"),
        (Entry("It", "62", "recall 0.62"), "2 sentences begin with 'It'"),
        (Entry("It is", "63", "recall 0.62"), "nothing quotes 63"),
        (Entry("It was", "62", "recall 0.62"), "has no number"),
    ):
        (said,) = told(prose, "recall 0.62", good, entry)
        assert words in said


def test_what_is_missing_is_offered_as_an_entry_that_passes(tmp_path: Path) -> None:
    """The message holds YAML to paste: the nearest line above, others as remarks."""
    prose = 'It\'s 62 % of "2,000" (*measured*).\nIt is odd.'
    output, code = "it's 0.62 and 1\nworse 0.624", "rows = 2_000, 7"
    (said,) = told(prose, output, code=code)
    path = tmp_path / "quoted.yaml"
    path.write_text(said.partition("\n")[2], encoding="utf-8")
    entries = read_entries(path)
    assert [(one.number, one.line, one.code) for one in entries] == [
        ("62", "it's **0.62** and 1", False),
        ("2,000", "rows = **2_000**, 7", True),
    ]
    assert "# or \"62\": 'worse 0.624'" in said
    assert told(prose, output, *entries, code=code) == []


def test_a_number_that_stands_nowhere_is_said_to() -> None:
    """What an author worked out in the head has no line to offer."""
    (said,) = told("It is 41 % less (*measured*).", "0.00438 0.00258")
    assert '"41" stands nowhere' in said


def test_a_table_s_row_is_one_line() -> None:
    """Cells stand side by side, tags and plain text aside; a plot says its alternative text."""
    table = "<table><tr>\n<td></td><th>n</th></tr>\n<tr><th>a &lt; b</th><td>7</td></tr></table>"
    outputs: list[dict[str, Any]] = [
        {"data": {"text/html": table, "text/plain": "a < b 8"}},
        {
            "data": {"image/png": "...", "text/plain": "<Figure size 9x9>"},
            "metadata": {"image/png": {"alt": "Plot. Half of 40 fail."}},
        },
    ]
    page = lines(notebook("", "x = 1\n"), {"code": outputs})
    assert [(line.text, line.code) for line in page] == [
        ("x = 1", True),
        ("n", False),
        ("a < b 7", False),
        ("Plot. Half of 40 fail.", False),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('- sentence: "It', "not YAML"),
        ("- 62: a", "names no sentence"),
        ("sentence: It is", "no list"),
        ('- {sentence: It, 62: "a 62"}', "no number in quotes"),
        ('- {sentence: It, "62": 0.62}', "no number in quotes"),
        ('- {sentence: It, "62": {cell: a}}', "no number in quotes"),
        ("- sentence: It", "binds no number"),
    ],
)
def test_an_odd_file_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """The error names the file, what is wrong and how to write it."""
    path = tmp_path / "quoted.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=words) as refused:
        read_entries(path)
    assert "quoted.yaml" in str(refused.value)


def test_a_lesson_without_the_file_has_no_entries(tmp_path: Path) -> None:
    """A new lesson quotes nothing; an empty file is as good as none."""
    assert read_entries(tmp_path / "quoted.yaml") == []
    (tmp_path / "quoted.yaml").write_text("# nothing yet\n", encoding="utf-8")
    assert read_entries(tmp_path / "quoted.yaml") == []


def test_a_scaffolded_lesson_quotes_nothing() -> None:
    """It passes as it stands: no sentence of the template is tagged."""
    text = FILES["lesson.py"].replace("{{task}}", "count_words")
    cells = parse_lesson(text, Path("lesson.py")).cells
    prose = [
        {"cell_type": cell.kind, "id": str(cell.line), "source": cell.source} for cell in cells
    ]
    assert list(sentences({"cells": prose}))
    assert faults({"cells": prose}, {}, []) == []


def test_the_entries_are_read_as_written(tmp_path: Path) -> None:
    """A line of an output, or of code where the entry says so."""
    block = [{"sentence": "It  is", "62": "recall 0.62", "24": {"code": "n = 24"}}]
    (tmp_path / "quoted.yaml").write_text(yaml.safe_dump(block), encoding="utf-8")
    assert sorted(read_entries(tmp_path / "quoted.yaml"), key=lambda one: one.number) == [
        Entry("It is", "24", "n = 24", code=True),
        Entry("It is", "62", "recall 0.62"),
    ]
