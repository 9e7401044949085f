"""Numbers in tagged prose are found in the page, rounded as written, or told."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.authoring.quoted import quoted, unfounded


def notebook(prose: str, code: str = "") -> dict[str, Any]:
    """Make a notebook of one text and one code cell."""
    return {
        "cells": [
            {"cell_type": "markdown", "id": "text", "source": prose},
            {"cell_type": "code", "id": "code", "source": code},
        ]
    }


def shown(text: str) -> dict[str, list[dict[str, Any]]]:
    """Make the output of the code cell."""
    return {"code": [{"output_type": "stream", "text": text}]}


def numbers(prose: str, output: str = "", code: str = "") -> list[str]:
    """List what the prose quotes and the page does not show."""
    return [one.number for one in unfounded(notebook(prose, code), shown(output))]


def test_only_tagged_sentences_quote() -> None:
    """A fact has a source of its own, a small count is a word, and a legend explains the tags."""
    text = (
        "It has 400 rows. It took 12.5 ms in 3 runs (*measured*). 77 others did not.\n"
        "Tags: *fact* (2026), *measured*.\n"
        "It gains .028 (*measured*), as others found (*fact*, A and B, 2023)."
    )
    assert [one.number for one in quoted(notebook(text))] == ["12.5", ".028"]


@pytest.mark.parametrize(
    ("prose", "output"),
    [
        ("It is .59 (*measured*).", "0.5871"),
        ("It is 59 % (*measured*).", "{'share': 0.5871}"),
        ("It is 2,395 (*simulated*).", "2395 rows"),
        ("It is 13.3 cents (*measured*).", "0.1332"),
        ("It is 59.4 (*measured*).", "<td>59.41</td>"),
    ],
)
def test_a_number_may_be_rounded_as_the_sentence_rounds_it(prose: str, output: str) -> None:
    """Rounding, per cent, cents and thousands are the same number."""
    assert numbers(prose, output) == []


def test_a_number_that_stands_nowhere_is_told() -> None:
    """One in the last place is another number; a share is no per cent unless the prose says so."""
    assert numbers("It is .60 (*measured*).", "0.5871") == [".60"]
    assert numbers("It is 59 (*measured*).", "0.59") == ["59"]
    assert numbers("With 250 rows it is 12.0 (*simulated*).", "12.0", "rows = 250") == []
