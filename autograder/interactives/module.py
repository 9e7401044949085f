"""The JavaScript of an interactive: one ES module, for a page and for a widget alike."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

__all__ = ["NAMES", "module", "style", "widget"]

NAMES = (
    "bill",
    "chunks",
    "context",
    "cosine",
    "gate",
    "judge",
    "queue",
    "search",
    "temperature",
)
_FOLDER = Path(__file__).parent / "modules"
_FRAMELESS = {"search"}  # three lists instead of a picture and a table


def module(name: str) -> str:
    """Return the text of one module, with what it shares with others included.

    A widget takes exactly one file, so what is shared is put before what is special. Indentation
    and lines that are a comment stay behind: no text of these modules runs over a line's end.
    """
    shared = ("dom.js",) if name in _FRAMELESS else ("dom.js", "frame.js")
    whole = "".join(_read(part) for part in (*shared, f"{name}.js"))
    return re.sub(r"^[ \t]*(//.*)?\n|^[ \t]+", "", whole, flags=re.MULTILINE)


def style() -> str:
    """Return the style sheet that all of them share."""
    return _read("frame.css")


def widget(name: str) -> Any:
    """Return an interactive as a widget for a notebook."""
    from anywidget import AnyWidget  # loads ipywidgets: only who shows one pays for it
    from traitlets import Unicode

    from autograder.interactives.data import DATA, text_of

    class Interactive(AnyWidget):
        _esm = module(name)
        _css = style()
        data = Unicode(text_of(name) if name in DATA else "").tag(sync=True)

    return Interactive()


def _read(file: str) -> str:
    return (_FOLDER / file).read_text(encoding="utf-8")
