"""What holds for every page of the site as it would be published."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

pytestmark = pytest.mark.timeout(400)  # the first test here may build the whole site

PICTURE = re.compile(r"[/\\]|\.(png|svg|jpe?g)$")


def test_the_book_builds_from_clean_without_a_warning(site: Any) -> None:
    """With -n -W from an empty folder the build ends well, says 0 warnings and leaves no report."""
    assert site.status == 0, site.said
    assert "0 warnings" in site.said
    assert not (site.html / "reports").exists()


def test_every_lesson_of_the_manifest_is_a_page(site: Any) -> None:
    """A lesson in course.yaml is in the table of contents, and its page has its one title."""
    for page in site.lessons():
        assert page.title.endswith("— Rungs"), page.path


def test_every_lesson_page_shows_outputs_and_no_graded_one(site: Any) -> None:
    """A reader sees what the open cells showed, and nothing under an answer or a check."""
    for page in site.lessons():
        outputs = [
            e for e in page.elements if e.tag == "div" and "cell_output" in e.attrs.get("class", "")
        ]
        graded = [e for e in outputs if {"tag_rungs-answer", "tag_rungs-check"} & set(e.within)]
        assert len(outputs) >= 8, f"{page.path.name} shows {len(outputs)} outputs"
        assert graded == []
        assert [e for e in page.elements if "tag_rungs-check" in e.attrs.get("class", "")]


def test_a_page_asks_no_other_host_for_anything(site: Any) -> None:
    """Scripts, styles, pictures and frames all come from the site itself."""
    asked = {
        f"{page.path.name}: {address}"
        for page in site.pages()
        for address in page.fetched()
        if urlsplit(address).scheme in ("http", "https") or address.startswith("//")
    }
    styles = {
        f"{path.name}: {found}"
        for path in site.html.rglob("*.css")
        for found in re.findall(
            r"@import\s+(?:url\()?[\"']?https?:|url\([\"']?(?:https?:)?//[^)]*",
            path.read_text(encoding="utf-8"),
        )
    }
    assert asked | styles == set()


def test_thebe_and_the_icon_script_are_gone(site: Any) -> None:
    """Neither the live-code loader nor the 1.5 MB icon script is on any page."""
    loaded = {a.rsplit("/", 1)[-1].split("?")[0] for p in site.pages() for a in p.fetched()}
    assert not {name for name in loaded if "thebe" in name or "fontawesome" in name}


def test_every_internal_link_resolves(site: Any) -> None:
    """Every address inside the site names a file that exists, and every fragment an id in it."""
    pages = {page.path.resolve(): page for page in site.pages()}
    broken = []
    for page in pages.values():
        links = [e.attrs.get("href", "") for e in page.of("a")] + page.fetched()
        for link in links:
            parts = urlsplit(link)
            if parts.scheme or link.startswith("//"):
                continue
            target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
            if not target.exists():
                broken.append(f"{page.path.name}: {link}")
            fragment = unquote(parts.fragment)
            other = pages.get(target.resolve())
            if fragment and other is not None and fragment not in other.ids:
                broken.append(f"{page.path.name}: {link} (no such place)")
    assert broken == []


def test_every_page_has_one_title_one_heading_and_a_language(site: Any) -> None:
    """A page names its language, has a title of its own and exactly one h1."""
    pages = site.pages()
    for page in pages:
        assert [e.attrs.get("lang") for e in page.of("html")] == ["en"], page.path
        assert page.title, page.path
        assert len(page.of("h1")) == 1, page.path
    named = [page.title for page in pages if page.path.parent != site.html]
    assert sorted(set(named)) == sorted(named)


def test_every_picture_has_words(site: Any) -> None:
    """A picture says what it shows, never where its file lies; a plot takes a sentence."""
    for page in site.pages():
        for image in page.of("img"):
            assert "alt" in image.attrs, f"{page.path.name}: {image.attrs}"
            alt = image.attrs["alt"]
            assert not PICTURE.search(alt), f"{page.path.name}: {alt}"
            if "cell_output" in image.within:
                assert 20 <= len(alt) <= 400, f"{page.path.name}: {alt!r}"


def test_every_table_of_a_lesson_has_no_empty_header(site: Any) -> None:
    """A header cell without words says nothing to a screen reader."""
    empty = re.compile(r"<th[^>]*>(\s|<p>|</p>)*</th>")
    assert [p.path.name for p in site.pages() if empty.search(p.text)] == []


def test_every_toggle_has_a_name(site: Any) -> None:
    """What opens a part of a page or of the navigation says what it opens."""
    for page in site.pages():
        for match in re.finditer(r"<summary\b([^>]*)>(.*?)</summary>", page.text, re.DOTALL):
            words = re.sub(r"<[^>]*>", "", match[2]).strip()
            assert words or "aria-label=" in match[1], f"{page.path.name}: {match[0][:200]}"


def test_every_button_has_a_name(site: Any) -> None:
    """A button without visible words carries a label, and one with words carries no other."""
    for page in site.pages():
        for match in re.finditer(r"<button\b([^>]*)>(.*?)</button>", page.text, re.DOTALL):
            words = re.sub(r"<[^>]*>", "", match[2]).strip()
            labelled = "aria-label=" in match[1] or "title=" in match[1]
            assert bool(words) != labelled, f"{page.path.name}: {match[0][:200]}"


def test_the_footer_names_both_licences(site: Any) -> None:
    """Every page of the book says what its text and its code may be used for."""
    for page in site.pages():
        if page.path != site.html / "index.html":
            assert "CC BY 4.0" in page.words, page.path
            assert "MIT" in page.words, page.path


def test_the_root_page_is_a_page(site: Any) -> None:
    """The site's address opens a page with a link for who is not forwarded."""
    front = next(page for page in site.pages() if page.path == site.html / "index.html")
    assert [e.attrs["href"] for e in front.of("a")] == ["book/index.html"]
    assert 'content="0; url=book/index.html"' in front.text


def test_there_are_no_formulas_left_as_tex(site: Any) -> None:
    """Maths stands in the page as MathML, which needs no script."""
    for page in site.pages():
        assert not [a for a in page.fetched() if "mathjax" in a.lower()], page.path
        assert not re.search(r'class="math[^"]*"[^>]*>\s*\\[(\[]', page.text), page.path
