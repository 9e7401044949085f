"""The book as one PDF: every page's article in the order of the contents, printed by Chromium.

Chromium numbers pages but cannot say in a table of contents which page a chapter is on. So the
book is printed twice: the first time to read from the PDF where each chapter begins.
"""

from __future__ import annotations

import html
import os
import posixpath
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.toc import read_toc
from autograder.errors import ContentError

__all__ = ["Chapter", "chapters", "page_numbers", "print_book", "whole_book"]

_ARTICLE = re.compile(r'<article class="bd-article">(.*?)</article>', re.DOTALL)
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
_HEADING = re.compile(r"<h1>(.*?)<a class=\"headerlink\"", re.DOTALL)
_ID = re.compile(r'\b(id|for|aria-labelledby|aria-describedby|aria-controls)="([^"]+)"')
_ADDRESS = re.compile(r'\b(href|src)="([^"]*)"')
_PAINT = re.compile(r"url\(#([^)]+)\)")
_BOOKMARK = re.compile(rb"/(chapter-\d+) \[(\d+) 0 R")
_KIDS = re.compile(rb"(\d+) 0 obj\s*<</Type /Pages.*?/Kids \[(.*?)\].*?endobj", re.DOTALL)
_NO_NUMBER = "000"  # as wide as a number, so that both printings break lines alike


@dataclass(frozen=True)
class Chapter:
    """One page of the book: its part, its depth below it, its name, and its file's text."""

    part: str
    depth: int
    docname: str
    text: str

    @property
    def title(self) -> str:
        """Return the page's own heading, as HTML."""
        found = _HEADING.search(self.text)
        if found is None:
            raise ContentError(f"{self.docname} has no heading: build the book again.")
        return found[1].strip()

    @property
    def article(self) -> str:
        """Return what the page says, without scripts."""
        found = _ARTICLE.search(self.text)
        if found is None:
            raise ContentError(f"{self.docname} has no article: build the book again.")
        return _SCRIPT.sub("", found[1])


def chapters(toc: Path, site: Path) -> list[Chapter]:
    """Read every page of a built site in the order of its table of contents."""
    places = read_toc(toc)
    missing = [name for _, _, name in places if not (site / f"{name}.html").exists()]
    if missing:
        raise ContentError(f"{', '.join(missing)} is not built: run `rungs book` first.")
    return [
        Chapter(part, depth, name, (site / f"{name}.html").read_text(encoding="utf-8"))
        for part, depth, name in places
    ]


def whole_book(book: list[Chapter], numbers: Mapping[str, int]) -> str:
    """Write one page with a table of contents and every article; links lead inside it."""
    slugs = {chapter.docname: f"chapter-{at}" for at, chapter in enumerate(book)}
    articles = "".join(
        f'<article class="bd-article rungs-chapter" id="{slugs[one.docname]}">'
        f"{_rebased(one, slugs)}</article>"
        for one in book
    )
    rows = "".join(_rows(book, slugs, numbers))
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light">
<head><meta charset="utf-8"><title>Rungs</title>
<link rel="stylesheet" href="_static/site.css">
<style>
.rungs-chapter, .rungs-contents {{ break-before: page; }}
.rungs-contents ol {{ list-style: none; padding: 0; columns: 1; }}
.rungs-contents li {{ display: flex; gap: 0.6em; break-inside: avoid; }}
.rungs-contents a {{ flex: 1; color: inherit; text-decoration: none; }}
.rungs-contents .part {{ font-weight: 700; margin-top: 1em; break-after: avoid; }}
.rungs-cover {{ padding-top: 70mm; }}
.rungs-cover p {{ font-size: 14pt; }}
</style></head>
<body><main>
<header class="rungs-cover"><p style="font-size: 30pt">Rungs</p>
<p>The AI engineer’s ladder</p>
<p style="font-size: 9pt">Text under CC BY 4.0, code under the MIT licence. The Rungs authors.</p>
</header>
<nav class="rungs-contents bd-article"><h1>Contents</h1><ol>{rows}</ol></nav>
{articles}
</main></body></html>
"""


def _rows(
    book: list[Chapter], slugs: Mapping[str, str], numbers: Mapping[str, int]
) -> Iterator[str]:
    part = ""
    for chapter in book:
        if chapter.part != part:
            part = chapter.part
            yield f'<li class="part">{html.escape(part)}</li>'
        slug = slugs[chapter.docname]
        yield (
            f'<li style="padding-left: {1.5 * chapter.depth}em"><a href="#{slug}">{chapter.title}'
            f"</a><span>{numbers.get(slug, _NO_NUMBER)}</span></li>"
        )


def _rebased(chapter: Chapter, slugs: Mapping[str, str]) -> str:
    """Give every place a name of its own in the whole book, and point links at those."""
    own = slugs[chapter.docname]

    def named(match: re.Match[str]) -> str:
        names = " ".join(f"{own}-{name}" for name in match[2].split())
        return f'{match[1]}="{names}"'

    def pointed(match: re.Match[str]) -> str:
        return f'{match[1]}="{_target(chapter.docname, match[2], slugs)}"'

    text = _ADDRESS.sub(pointed, _ID.sub(named, chapter.article))
    return _PAINT.sub(rf"url(#{own}-\1)", text)


def _target(docname: str, address: str, slugs: Mapping[str, str]) -> str:
    if re.match(r"[a-z]+:|//", address):
        return address
    path, _, fragment = address.partition("#")
    folder = posixpath.dirname(docname)
    place = posixpath.normpath(posixpath.join(folder, path)) if path else f"{docname}.html"
    slug = slugs.get(place.removesuffix(".html"))
    if slug is None:
        return place
    return f"#{slug}-{fragment}" if fragment else f"#{slug}"


def page_numbers(pdf: bytes) -> dict[str, int]:
    """Read from a PDF of Chromium's on which page each chapter begins, from 1."""
    nodes = {number: re.findall(rb"(\d+) 0 R", kids) for number, kids in _KIDS.findall(pdf)}
    children = {kid for kids in nodes.values() for kid in kids}

    def leaves(number: bytes) -> Iterator[bytes]:
        if number not in nodes:
            yield number
        for kid in nodes.get(number, []):
            yield from leaves(kid)

    top = next(number for number in nodes if number not in children)
    order = {page: at for at, page in enumerate(leaves(top), start=1)}
    return {name.decode(): order[page] for name, page in _BOOKMARK.findall(pdf)}


def print_book(toc: Path, site: Path, target: Path) -> int:
    """Print a built site into one PDF; return how many pages it has."""
    book = chapters(toc, site)
    numbers = page_numbers(_print(site, whole_book(book, {}), target))
    final = page_numbers(_print(site, whole_book(book, numbers), target))
    if final != numbers or len(numbers) != len(book):
        raise ContentError(
            f"{target.name} has a table of contents that does not fit its pages: "
            "this version of Chromium breaks pages otherwise. Report it with `chromium --version`."
        )
    return len(re.findall(rb"/Type /Page\b", target.read_bytes()))


def _print(site: Path, text: str, target: Path) -> bytes:
    """Print one text with the site's styles and pictures; return the PDF."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise ContentError("There is no Chromium to print with: `make system` installs it.")
    source = site / "whole-book.html"
    source.write_text(text, encoding="utf-8")
    command = [
        *(chromium, "--headless", "--disable-gpu", "--no-pdf-header-footer"),
        *("--generate-pdf-document-outline", f"--print-to-pdf={target}"),
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        source.resolve().as_uri(),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    finally:
        source.unlink()
    if done.returncode != 0:
        raise ContentError(f"Chromium did not print the book: {done.stderr.strip()[-300:]}")
    return target.read_bytes()
