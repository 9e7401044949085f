"""What stands around each page's text: descriptions, facts, exercises, the foot, the map."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from autograder import content
from autograder.authoring.addresses import recorded
from autograder.authoring.changed import last_changed, latest
from autograder.authoring.front_matter import read_front_matter
from autograder.authoring.lesson_page import OWN_LAB, WORDS_A_MINUTE, opened_in

pytestmark = pytest.mark.timeout(400)  # the first test here may build the whole site

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://rungs.example/course/"
MADE_BY_SPHINX = {"genindex.html", "search.html"}


@pytest.fixture(scope="module")
def pages(site: Any) -> list[Any]:
    """Take every page apart once."""
    found: list[Any] = site.pages()
    return found


def meta(page: Any) -> dict[str, list[str]]:
    """Map each name or property of a page's meta elements to its contents."""
    found: dict[str, list[str]] = {}
    for element in page.of("meta"):
        name = element.attrs.get("name") or element.attrs.get("property")
        if name:
            found.setdefault(name, []).append(element.attrs.get("content", ""))
    return found


def place(site: Any, page: Any) -> str:
    """Return a page's address below the site's root."""
    return str(page.path.relative_to(site.html).as_posix())


def lesson_of(name: str) -> str:
    """Return the folder of the lesson that stands at an address."""
    return f"notebooks/lessons/{Path(name).stem}"


def test_every_page_has_one_description_of_its_own(site: Any, pages: list[Any]) -> None:
    """It says something in at most what a search engine shows, and no two pages say the same."""
    seen: dict[str, str] = {}
    for page in pages:
        (text,) = meta(page)["description"]
        assert 40 <= len(text) <= 160, f"{place(site, page)}: {text!r}"
        assert text not in seen, f"{place(site, page)} and {seen[text]}: {text!r}"
        seen[text] = place(site, page)


def test_every_page_can_be_shared(site: Any, pages: list[Any]) -> None:
    """Open Graph says title, kind, words, address and picture; the root page leads on."""
    for page in pages:
        said = meta(page)
        assert said["og:description"] == said["description"], place(site, page)
        assert said["og:title"][0], place(site, page)
        assert said["og:type"][0] in ("article", "website")
        if place(site, page) != "index.html":
            assert said["og:url"] == [f"{BASE}{place(site, page)}"]
            (picture,) = said["og:image"]
            assert (site.html / picture.removeprefix(BASE)).is_file()


def test_every_page_names_its_own_address(site: Any, pages: list[Any]) -> None:
    """Canonical is absolute where the base is known; the root names the first page."""
    for page in pages:
        canonical = [e.attrs["href"] for e in page.of("link") if e.attrs.get("rel") == "canonical"]
        own = place(site, page)
        assert canonical == [BASE + ("book/index.html" if own == "index.html" else own)]


def test_the_map_lists_every_page_of_the_book(site: Any, pages: list[Any]) -> None:
    """sitemap.xml has each page once, with a day where git knows one."""
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    listed = ElementTree.parse(site.html / "sitemap.xml").getroot()
    addresses = [entry.findtext(f"{space}loc") for entry in listed]
    named = {place(site, p) for p in pages} - MADE_BY_SPHINX - {"index.html"}
    assert sorted(filter(None, addresses)) == sorted(f"{BASE}{page}" for page in named)
    for entry in listed:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d|", entry.findtext(f"{space}lastmod") or "")


def test_every_published_address_is_in_the_build(site: Any) -> None:
    """An address of book/urls.txt is a file: a page, or one that leads to a page."""
    assert [name for name in recorded(ROOT) if not (site.html / name).is_file()] == []


def test_front_matter_follows_its_schema() -> None:
    """A page's own description keeps its bounds; there are no other keys."""
    pages = sorted((ROOT / "book").rglob("*.md"))
    described = [p for p in pages if read_front_matter(p.read_text("utf-8"), str(p)) is not None]
    assert len(described) >= 15


def test_the_contents_keep_the_order_of_the_course(site: Any, pages: list[Any]) -> None:
    """Lessons stand in the table of contents as in course.yaml, so no page needs a later one."""
    order = [lesson.id for lesson in content.course().ready]
    first = next(page for page in pages if place(site, page) == "book/index.html")
    links = re.findall(r'class="toctree-l1[^>]*><a[^>]*href="[^"]*/release/(\w+)/', first.text)
    assert links == order
    for lesson in content.course().ready:
        needed = [x for x in (*lesson.prerequisites, *lesson.soft_prerequisites) if x in order]
        assert all(order.index(x) < order.index(lesson.id) for x in needed)


def test_a_lesson_says_where_it_stands(site: Any) -> None:
    """Rung, time, work, what comes before, how to work on it, and each competency, linked."""
    for lesson, page in zip(content.course().ready, site.lessons(), strict=True):
        box = page.text.partition('class="rungs-glance"')[2].partition("</details>")[0]
        assert re.findall(r"<dt>([^<]+)</dt>", box) == [
            "Rung",
            "Time",
            "Work",
            "Before",
            "Work on it",
        ]
        assert f'href="../../../book/ladder/{lesson.rung}.html"' in box
        assert f"{lesson.minutes} minutes: " in box
        works = [*lesson.tasks, *lesson.written]
        served = {name for work in works for name in work.competencies}
        assert set(re.findall(r'coverage\.html#c\d{3}">(C\d{3})<', box)) == served
        ready = {x.id for x in content.course().ready}
        for wanted in (*lesson.prerequisites, *lesson.soft_prerequisites):
            link = f'href="../../../notebooks/release/{wanted}/{wanted}.html"'
            assert (link in box) == (wanted in ready), f"{lesson.id}: {wanted}"
            assert wanted in ready or f"(lesson {wanted[:2]}, not written yet)" in box
        assert f'href="{lesson.id}.ipynb" download' in box
        assert f'href="{opened_in(OWN_LAB, lesson.id)}">Open in JupyterLab</a>' in box
        assert (page.path.parent / f"{lesson.id}.ipynb").is_file()


def test_every_task_is_an_exercise(site: Any) -> None:
    """A box for each task and written answer: points, who decides, cells and folded hints."""
    for lesson, page in zip(content.course().ready, site.lessons(), strict=True):
        within = [e for e in page.elements if "rungs-exercise" in e.within]
        badges = [e for e in within if e.attrs.get("class") == "rungs-badge"]
        assert len(badges) == len(lesson.tasks) + len(lesson.written), lesson.id
        for tag in ("tag_rungs-answer", "tag_rungs-check"):
            cells = [e for e in within if tag in e.attrs.get("class", "")]
            assert len(cells) == len(lesson.tasks), f"{lesson.id}: {tag}"
        hints = [e for e in within if e.tag == "details"]
        assert len(hints) >= 2 * len(lesson.tasks), lesson.id
        assert not [e for e in hints if "open" in e.attrs]
        told = re.findall(r'class="rungs-badge">.*?<span>([\d.]+) points</span>', page.text)
        works = [*lesson.tasks, *lesson.written]
        assert list(map(float, told)) == [work.points for work in works], lesson.id


def test_an_exercise_begins_with_what_is_given(site: Any) -> None:
    """No statement stands outside a box, and each box of a graded task opens with its statement."""
    for lesson, page in zip(content.course().ready, site.lessons(), strict=True):
        article = page.text.partition("<article")[2].partition("</article>")[0]
        first = re.findall(r'class="rungs-badge">.*?</p>\s*(.{,120})', article, re.DOTALL)
        opens = [re.match(r"(?:<[^>]*>\s*)*<strong>(Given|Produce)\b", text) for text in first]
        words = [found[1] for found in opens if found]
        assert len(words) == len(lesson.tasks), lesson.id
        assert words.count("Given") == article.count("<strong>Given</strong>"), lesson.id


def test_a_page_of_prose_says_how_long_it_is(site: Any, pages: list[Any]) -> None:
    """Guides and pages about the course: minutes for the running text, to the nearest one."""
    told = {
        place(site, page): int(found[1])
        for page in pages
        if (found := re.search(r'class="rungs-reading">(\d+) minutes to read<', page.text))
    }
    assert {"book/learners/index.html", "book/architecture.html", "book/why.html"} <= set(told)
    assert not any(name.startswith("notebooks/") for name in told)  # they say it in their box
    for name, minutes in told.items():
        text = (ROOT / name).with_suffix(".md").read_text(encoding="utf-8")
        assert 2 <= minutes <= len(text.split()) / WORDS_A_MINUTE + 1, name


def test_every_page_has_a_foot(site: Any, pages: list[Any]) -> None:
    """Where its text lies or what it comes from, and how to cite it, in words and as BibTeX."""
    known, keys = last_changed(ROOT), []
    for page in pages:
        name = place(site, page)
        if name in MADE_BY_SPHINX or name == "index.html":
            continue
        foot = page.text.partition('class="rungs-foot"')[2].partition('class="bd-footer')[0]
        source = re.search(r"<code>([^<]+)</code>\.", foot)
        assert source or "Generated from" in foot, name
        assert source is None or (ROOT / source[1]).is_file(), name
        assert "Cite this page" in foot
        assert f"url    = {{{BASE}{name}}}" in foot
        keys += re.findall(r"@misc\{([\w-]+),", foot)
        own = str(Path(name).with_suffix(".md")) if "/release/" not in name else lesson_of(name)
        day = latest(known, own)
        assert re.findall(r'<time datetime="([^"]*)">', foot) == [day] * bool(day), name
    assert len(keys) == len(set(keys)) == len(pages) - len(MADE_BY_SPHINX) - 1
