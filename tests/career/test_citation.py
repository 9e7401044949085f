"""References to source lines are read, or refused with their right form."""

from __future__ import annotations

import pytest

from autograder.career.citation import cited_lines, cited_sources
from autograder.errors import ContentError


def test_lists_and_ranges_become_lines_in_order() -> None:
    """A comma adds a line to the same source, a hyphen a range with both ends."""
    expected = [("S0", 33), ("S1", 27), ("S1", 32), ("S2", 152), ("S2", 153), ("S2", 154)]
    assert list(cited_lines("S0:33 S1:27,32 S2:152-154")) == expected


def test_sources_are_named_once() -> None:
    """A source cited twice is listed once, in order of appearance."""
    assert cited_sources("S4:9 S1:2 S4:12") == ["S4", "S1"]


@pytest.mark.parametrize("refs", ["S0", "S0:", "line 4", "S0:3;S1:4", "S0:3 and"])
def test_another_form_is_refused(refs: str) -> None:
    """The message repeats the part that cannot be read and shows a right one."""
    with pytest.raises(ContentError, match="S2:124"):
        list(cited_lines(refs))
