"""What pages say of the lessons: the table for instructors, the first commands, predictions."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder import content
from tests.book.conftest import plain

pytestmark = pytest.mark.timeout(400)  # the first test here may build the whole site

ROOT = Path(__file__).resolve().parents[2]
READY = content.course().ready


def page(site: Any, name: str) -> str:
    """Read one page."""
    text: str = (site.html / name).read_text(encoding="utf-8")
    return text


def test_instructors_get_a_row_for_each_lesson(site: Any) -> None:
    """Minutes, points by code and by hand, what comes before it, and whether there is a case."""
    rows = re.findall(r"<tr[^>]*>.*?</tr>", page(site, "book/instructors/index.html"), re.DOTALL)
    for lesson in READY:
        (row,) = [row for row in rows if f"release/{lesson.id}/{lesson.id}.html" in row[:300]]
        cells = [plain(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        code, hand = (sum(x.points for x in kind) for kind in (lesson.tasks, lesson.written))
        assert cells[0] == f"{lesson.id[:2]} {lesson.title}"
        assert cells[1:4] == [str(lesson.minutes), f"{code:g}", f"{hand:g}"]
        ready = {x.id for x in READY}
        before = [x[:2] for x in (*lesson.prerequisites, *lesson.soft_prerequisites) if x in ready]
        assert re.findall(r"\d\d", cells[4]) == before
        assert ("case" in cells[5]) == bool(lesson.cases)


def test_the_first_page_links_every_lesson(site: Any) -> None:
    """Also where no list stands beside it."""
    body = page(site, "book/index.html").partition('id="the-lessons"')[2]
    linked = re.findall(r'href="[^"]*release/(\w+)/\w+\.html"', body.partition("</section>")[0])
    assert linked == [lesson.id for lesson in READY]


def test_no_lesson_that_is_ready_waits_for_the_models() -> None:
    """The learners' page says so: neither lesson nor judge encodes a text or imports a model."""
    for lesson in READY:
        for path in (ROOT / "notebooks" / "lessons" / lesson.id).glob("*.py"):
            said = path.read_text(encoding="utf-8")
            assert not re.search(
                r"sentence_transformers|\btorch\b|\.embeddings\b|models_state", said
            )


def test_the_commands_begin_with_a_clone_where_the_address_is_known(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address is one word to the shell; without one the page asks for a copy."""
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    with_clone = importlib.import_module("rungs_lessons").with_clone
    assert with_clone("", ["make start"]) == ["make start"]
    known = with_clone("https://example.org/rungs.git", ["make start"])
    assert known == ["git clone https://example.org/rungs.git rungs", "cd rungs", "make start"]
    assert with_clone("a; b", [])[0] == "git clone 'a; b' rungs"
    for name in ("book/index.html", "book/learners/index.html"):
        assert "Clone or unpack the repository" in plain(page(site, name))


def test_a_page_does_not_answer_what_it_asks_to_predict(site: Any) -> None:
    """Each comparison is folded, figures stay, and nobody is told that they predicted nothing."""
    for lesson, shown in zip(READY, site.lessons(), strict=True):
        notebook = nbformat.read(
            ROOT / f"notebooks/release/{lesson.id}/{lesson.id}.ipynb", as_version=4
        )
        cells = [c.source for c in notebook.cells if c.cell_type == "code"]
        compared = [c for c in cells if re.search(r"^\s*predict\(.*\bactual=", c, re.M | re.S)]
        folded = re.findall(
            r'<details class="rungs-predicted">(.*?)</details>', shown.text, re.DOTALL
        )
        assert 4 <= len(folded) <= len(compared), lesson.id
        assert all(" came out as " in plain(part) for part in folded)
        assert not any("<img" in part for part in folded)
        outside = re.sub(
            r'<details class="rungs-predicted">.*?</details>', "", shown.text, flags=re.S
        )
        assert not re.search(r"\w came out as ", plain(outside)), lesson.id
        assert "You kept no prediction" not in plain(shown.text)
