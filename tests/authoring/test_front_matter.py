"""Front matter follows its schema, and a page without one is described by its own text."""

from __future__ import annotations

import pytest

from autograder.authoring.front_matter import FrontMatter, described_by, read_front_matter
from autograder.errors import ContentError

WORDS = "What a learner does first, and where everything that is stored lies."


def test_a_description_is_read() -> None:
    """It stands between two lines of dashes at the very top."""
    text = f'---\ndescription: "{WORDS}"\n---\n# Page\n'
    assert read_front_matter(text, "page") == FrontMatter(description=WORDS)
    assert read_front_matter("# Page\n\n---\n", "page") is None


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("description: short", "description"),
        (f"description: {WORDS * 3}", "description"),
        (f"description: {WORDS}\nauthor: me", "author"),
        ("title: Page", "description"),
        ("description: [", "not YAML"),
    ],
)
def test_what_breaks_the_schema_is_told_with_page_and_key(block: str, told: str) -> None:
    """Too short, too long, unknown, missing, or no YAML at all."""
    with pytest.raises(ContentError, match=rf"book/page: .*{told}"):
        read_front_matter(f"---\n{block}\n---\n# Page\n", "book/page")


def test_a_description_is_made_of_as_many_sentences_as_it_takes() -> None:
    """It opens with the title, so that no two pages say the same, and is cut between words."""
    assert described_by(["Short.", WORDS, "Third."], "Title") == f"Title. Short. {WORDS}"
    assert described_by([], "Title") == "Title."
    cut = described_by(["word " * 60], "Title")
    assert len(cut) <= 160
    assert cut.endswith("word…")
