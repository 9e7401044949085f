"""Take out of a learner's words and outputs what could act on the person who reads them.

What is left is text, tables, lists, links to web pages and raster pictures: no
script, no style, no form, no frame, no id, and nothing that a page fetches.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

import nh3
from markdown_it import MarkdownIt
from nbformat import NotebookNode

__all__ = ["PICTURES", "clean_html", "clean_markdown", "clean_outputs", "is_picture", "plain"]

PICTURES = {
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
_LONGEST = 100_000  # characters of HTML or Markdown that are worth cleaning
_TEXT = "a abbr b blockquote br code del dd div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i"
_MORE = "img ins kbd li mark ol p pre q s samp small span strong sub sup table tbody td tfoot th"
_TAGS = {*_TEXT.split(), *_MORE.split(), "thead", "tr", "ul", "caption", "cite", "u"}
_DROPPED_WHOLE = {
    *("script", "style", "svg", "math", "iframe", "object", "embed", "template", "noscript"),
    *("title", "textarea", "select", "audio", "video", "canvas", "head", "noembed", "xmp"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
_LINK = re.compile(r"(https?://|mailto:)[^\s<>]+", re.IGNORECASE)
_DATA = re.compile(r"data:(image/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]+)")
_ATTACHED = re.compile(r"\(attachment:([^)\s]+)\)")
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_HEADING = re.compile(r"<(/?)h([1-6])>")
_NO_PICTURE = re.compile(r"<img(?![^>]*\bsrc=)[^>]*>")
_MARKUP = str.maketrans("", "", "<>")
_UNNAMED = re.compile(r"<img(?![^>]*\balt=)")
_reader = MarkdownIt("commonmark", {"html": True, "maxNesting": 20}).enable("table")
# Pictures that a notebook carries itself are let through here and judged by `_kept`.
_reader.validateLink = lambda url: True  # type: ignore[method-assign]


def clean_html(fragment: str, headings_from: int = 1) -> str:
    """Return a fragment of harmless HTML; its highest heading becomes h`headings_from`."""
    return _cleaned(fragment[:_LONGEST], headings_from)


def clean_markdown(
    text: str, attachments: Mapping[str, Any] | None = None, headings_from: int = 1
) -> str:
    """Render Markdown, with the pictures attached to its cell, as harmless HTML."""

    def inlined(match: re.Match[str]) -> str:
        bundle = (attachments or {}).get(match[1])
        for kind, body in bundle.items() if isinstance(bundle, Mapping) else ():
            if is_picture(kind, body):
                return f"(data:{kind};base64,{''.join(body.split())})"
        return match[0]

    whole = _reader.render(_ATTACHED.sub(inlined, text[:_LONGEST]))
    return _cleaned(whole, headings_from)


def plain(text: Any) -> str:
    """Return text as a person reads it: no colours of a terminal, no control characters."""
    parts = text if isinstance(text, list) else [text]
    whole = "".join(part for part in parts if isinstance(part, str))
    return _CONTROL.sub("", _ANSI.sub("", whole))


def is_picture(kind: str, body: Any) -> bool:
    """Tell whether an output's body is the base64 of the raster picture that it says it is."""
    if kind not in PICTURES or not isinstance(body, str):
        return False
    try:
        data = base64.b64decode("".join(body.split()), validate=True)
    except ValueError:
        return False
    return data.startswith(PICTURES[kind])


def clean_outputs(nb: NotebookNode) -> None:
    """Clean the outputs of a notebook in place; whatever shows them may show them as they are.

    Raster pictures, plain text and cleaned HTML are left; Markdown and LaTeX
    become plain text, and nothing else stays.
    """
    for cell in nb.cells:
        for output in cell.get("outputs", ()):
            if "data" in output:
                output.data = _clean_bundle(output.data)
                output.metadata = NotebookNode()


def _clean_bundle(data: Mapping[str, Any]) -> NotebookNode:
    kept = NotebookNode({k: "".join(v.split()) for k, v in data.items() if is_picture(k, v)})
    words = next((data[k] for k in ("text/plain", "text/markdown", "text/latex") if k in data), "")
    rich = data.get("text/html")
    if isinstance(rich, str) and len(rich) <= _LONGEST and (cleaned := clean_html(rich)).strip():
        kept["text/html"] = cleaned
    kept["text/plain"] = plain(words)
    return kept


def _cleaned(fragment: str, headings_from: int) -> str:
    cleaned = nh3.clean(
        fragment,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
    )
    # No value of an attribute holds < or >, so from here on each < opens a tag.
    cleaned = _NO_PICTURE.sub("<em>[picture left out]</em>", cleaned)
    cleaned = _UNNAMED.sub('<img alt="Picture without a description"', cleaned)
    levels = [int(level) for _, level in _HEADING.findall(cleaned)]
    down = headings_from - min(levels, default=1)
    return _HEADING.sub(lambda m: f"<{m[1]}h{min(6, int(m[2]) + down)}>", cleaned)


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """Judge one attribute; called by nh3 for each that the lists above let through."""
    if attribute == "href":
        return value if _LINK.fullmatch(value) else None
    if attribute == "src":
        found = _DATA.fullmatch(value)
        return "".join(value.split()) if found and is_picture(found[1], found[2]) else None
    return value.translate(_MARKUP)
