"""Make pages light: one style sheet of what the site uses, a font of its icons, late scripts.

The themes bring eight style sheets of 530 KB, three fonts of 300 KB and the whole search index to
every page, and a browser draws nothing before it has read them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import tinycss2
from fontTools import subset
from sphinx.application import Sphinx

# What every page links, in the order of the cascade; a page's own sheet stays its own.
SHARED = (
    "styles/theme.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb.*.css",
    "sphinx-design.min.css",
    "rungs.css",
    "print.css",
)
SITE = "site.css"
SEARCH_ONLY = ("searchtools.js", "language_data.js", "searchindex.js")
UNUSED = ("scripts/fontawesome.js", "scripts/*.map", "scripts/*.LICENSE.txt")

_SHEET = re.compile(r'<link[^>]*href="((?:\.\./)*)_static/([^"?]+\.css)[^"]*"[^>]*>\s*')
_THEME = 'document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";'
# The theme's own script settles "auto" only after the page is drawn, and everything is drawn again.
_SETTLED = """document.documentElement.dataset.theme = ((mode) => mode !== "auto" ? mode
      : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")(
      document.documentElement.dataset.mode);"""
_PRELOAD = re.compile(r'<link rel="preload" as="script"[^>]*>\s*')
_SCRIPT = re.compile(r'<script(?![^>]*(?:\bdefer\b|type="module"))([^>]* )src="([^"]*)"([^>]*)>')
_OPTIONS = re.compile(r'<script src="[^"]*documentation_options\.js[^"]*"></script>')
_URL = re.compile(r"url\((?![\"']?(?:data:|#|https?:))[\"']?([^)\"']+)[\"']?\)")
_NAMES = re.compile(r'(?:class|id)="([^"]*)"')
_WORD = re.compile(r"[A-Za-z_][-\w]*")
_ICON = re.compile(r"[\ue000-\uf8ff]")  # what the parser makes of an escape such as \f0c9
_FONT = re.compile(r"vendor/fontawesome/webfonts/([\w-]+)\.ttf")


def setup(app: Sphinx) -> dict[str, bool]:
    """Work when all pages stand."""
    app.connect("build-finished", lighten, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def lighten(app: Sphinx, failed: Exception | None) -> None:
    """Rewrite each page that still links what the themes brought."""
    if failed is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html"))}
    for pattern in UNUSED:
        for path in (out / "_static").glob(pattern):
            path.unlink()
    sheet = write_sheet(out / "_static", used_names(out, pages.values()))
    options = (out / "_static" / "documentation_options.js").read_text(encoding="utf-8").strip()
    for path, page in pages.items():
        styled = with_one_sheet(with_settled_colours(page), sheet)
        lighter = with_late_scripts(styled, options, path == out / "search.html")
        if lighter != page:
            path.write_text(lighter, encoding="utf-8")


def used_names(out: Path, pages: Iterator[str]) -> frozenset[str]:
    """Return every class and id of the pages, and every word of the scripts, which may set one."""
    names = {name for page in pages for found in _NAMES.findall(page) for name in found.split()}
    for script in (out / "_static").rglob("*.js"):
        names.update(_WORD.findall(script.read_text(encoding="utf-8")))
    return frozenset(names)


def write_sheet(static: Path, names: frozenset[str]) -> str:
    """Write the site's style sheet and its fonts; return the sheet's name with its version."""
    text = "".join(
        "".join(kept(tinycss2.parse_stylesheet(read_sheet(path, static), True, True), names))
        for pattern in SHARED
        for path in sorted(static.glob(pattern))
    )
    text = f'@charset "utf-8";{with_small_fonts(text, static)}'
    (static / SITE).write_text(text, encoding="utf-8")
    return f"{SITE}?v={hashlib.sha256(text.encode()).hexdigest()[:8]}"


def read_sheet(path: Path, static: Path) -> str:
    """Read a style sheet with what it imports, its addresses as seen from `_static`."""

    def moved(match: re.Match[str]) -> str:
        place = (path.parent / match[1]).resolve().relative_to(static.resolve())
        return f"url({place.as_posix()})"

    def imported(match: re.Match[str]) -> str:
        return read_sheet(path.parent / match[1], static)

    text = _URL.sub(moved, path.read_text(encoding="utf-8"))
    return re.sub(r'@import "([^"]+)";', imported, text.removeprefix("\ufeff"))


def kept(rules: list[tinycss2.ast.Node], names: frozenset[str]) -> Iterator[str]:
    """Yield the rules that may match something, as text."""
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inner = "".join(kept(tinycss2.parse_rule_list(rule.content, True, True), names))
            if inner:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword != "charset":
            yield rule.serialize()
        elif rule.type == "qualified-rule":
            wanted = [s for s in selectors(rule.prelude) if may_match(s, names)]
            if wanted:
                yield f"{','.join(wanted)}{{{tinycss2.serialize(rule.content).strip()}}}"


def selectors(prelude: list[tinycss2.ast.Node]) -> list[str]:
    """Split a list of selectors at its own commas, not at those inside brackets."""
    parts: list[list[tinycss2.ast.Node]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        elif token.type != "comment":
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def may_match(selector: str, names: frozenset[str]) -> bool:
    """Say whether every class and id that a selector asks for occurs on the site."""
    asked = re.sub(r"\[[^]]*\]|:(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)", "", selector)
    return all(name in names for name in re.findall(r"[.#](-?[A-Za-z_][-\w]*)", asked))


def with_small_fonts(sheet: str, static: Path) -> str:
    """Point each icon font at one that holds only the icons which the sheet still names."""
    icons = sorted(set(_ICON.findall(sheet)))

    def smaller(match: re.Match[str]) -> str:
        font = _FONT.search(match[0])
        if font is None:
            return match[0]
        name = write_font(static / font[0], icons)
        return re.sub(r"src:[^;}]*", f'src:url({name}) format("woff")', match[0])

    return re.sub(r"@font-face\s*\{[^}]*\}", smaller, sheet)


def write_font(source: Path, icons: list[str]) -> str:
    """Write the icons of a font into one of their own, once; return its name in `_static`."""
    key = hashlib.sha256(source.read_bytes() + "".join(icons).encode()).hexdigest()[:8]
    static = source.parents[3]
    target = static / f"{source.stem}.{key}.woff"
    if not target.exists():
        options = subset.Options(flavor="woff", notdef_outline=True, name_IDs=[])
        font = subset.load_font(str(source), options)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[ord(icon) for icon in icons])
        cutter.subset(font)
        subset.save_font(font, str(target), options)
    return target.name


def with_one_sheet(page: str, sheet: str) -> str:
    """Link the site's style sheet in the place of the first one, and drop the others it holds."""
    first = True

    def linked(match: re.Match[str]) -> str:
        nonlocal first
        up, name = match[1], match[2]
        if name != SITE and not any(fnmatch(name, pattern) for pattern in SHARED):
            return match[0]
        here = f'<link rel="stylesheet" href="{up}_static/{sheet}" />\n' if first else ""
        first = False
        return here

    return _SHEET.sub(linked, page)


def with_settled_colours(page: str) -> str:
    """Choose light or dark before anything is drawn; without scripts it is light."""
    return page.replace('data-theme="auto"', 'data-theme="light"', 1).replace(_THEME, _SETTLED)


def with_late_scripts(page: str, options: str, is_search: bool) -> str:
    """Let scripts wait for the page; the search's own belong to the search page."""
    page = _OPTIONS.sub(lambda _: f"<script>{options}</script>", _PRELOAD.sub("", page))
    if is_search:
        return page  # its scripts wait for one another
    names = "|".join(map(re.escape, SEARCH_ONLY))
    page = re.sub(rf'<script src="[^"]*({names})[^"]*"></script>\s*', "", page)
    return _SCRIPT.sub(r'<script\1src="\2"\3 defer>', page)
