"""The site's own addresses: its base, what it was ever called, its map, and its downloads.

Every link between pages is relative, so the site works under any address and from a zip. What
must be absolute (canonical, `og:url`, `og:image`, sitemap.xml) is written only where the base is
known: `RUNGS_BASE_URL`, or `html_baseurl` in _config.yml.
"""

from __future__ import annotations

import html
import os
import shutil
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from autograder.authoring.addresses import redirects, unreachable
from autograder.errors import ContentError

LESSONS = "notebooks/release/"
FIRST_PAGE = "book/index"
DESCRIPTION = (
    "A career ladder as notebooks that check your work: the lessons, the ladder and the guides."
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Settle the base before anything is built, and write the rest when all pages stand."""
    app.connect("config-inited", settle_base)
    app.connect("build-finished", write_addresses)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def up_from(page: str) -> str:
    """Return the way from a page, by name or address, up to the site's root."""
    return "../" * page.count("/")


def settle_base(app: Sphinx, config: Config) -> None:
    """Take the site's base from the environment, else from _config.yml, ending in one slash."""
    base = os.environ.get("RUNGS_BASE_URL") or config.html_baseurl
    config.html_baseurl = f"{base.rstrip('/')}/" if base else ""


def write_addresses(app: Sphinx, failed: Exception | None) -> None:
    """Write the root page, redirects, downloads and the map of the site."""
    if failed is not None or app.builder.format != "html":
        return
    out, root = Path(app.outdir), Path(app.srcdir)
    try:
        moved, lost = redirects(root), unreachable(root)
    except ContentError as err:
        raise ExtensionError(str(err)) from err
    if lost:
        raise ExtensionError(
            f"{', '.join(lost)} stands in book/urls.txt and is no page: add a line `old new` to "
            "book/redirects.txt, or take the line out where the page was never published."
        )
    title = app.config.html_title
    _forward(app, "index.html", f"{FIRST_PAGE}.html", title, "The book opens at", "its first page")
    for old, new in moved.items():
        _forward(app, old, new, f"Moved: {new}", "This page moved to", "its new place")
    for name in sorted(app.env.found_docs):
        if name.startswith(LESSONS):
            shutil.copyfile(root / f"{name}.ipynb", out / f"{name}.ipynb")
    if app.config.html_baseurl:
        (out / "sitemap.xml").write_text(_site_map(app), encoding="utf-8")
    for template in Path(app.outdir, "_static").glob("*webpack-macros.html"):
        template.unlink()  # the themes copy a template there that is no page


def _forward(app: Sphinx, old: str, new: str, title: str, lead: str, link: str) -> None:
    """Write a page at one address that leads to another."""
    target = up_from(old) + new
    known = f"{app.config.html_baseurl}{new}" if app.config.html_baseurl else target
    page = f"""<!DOCTYPE html>
<html lang="{app.config.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)}</title>
<meta name="description" content="{html.escape(DESCRIPTION)}">
<meta property="og:title" content="{html.escape(title)}">
<meta property="og:description" content="{html.escape(DESCRIPTION)}">
<meta property="og:type" content="website">
<meta http-equiv="refresh" content="0; url={html.escape(target)}">
<link rel="canonical" href="{html.escape(known)}">
</head>
<body>
<main>
<h1>{html.escape(title)}</h1>
<p>{lead} <a href="{html.escape(target)}">{link}</a>.</p>
</main>
</body>
</html>
"""
    path = Path(app.outdir, old)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")


def _site_map(app: Sphinx) -> str:
    """List every page of the table of contents with the day it last changed, where git knows."""
    days: dict[str, str] = getattr(app.env, "rungs_days", {})
    lines = []
    for name in sorted(app.env.found_docs):
        day = f"<lastmod>{days[name]}</lastmod>" if days.get(name) else ""
        address = escape(f"{app.config.html_baseurl}{app.builder.get_target_uri(name)}")
        lines.append(f"<url><loc>{address}</loc>{day}</url>")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'{head}<urlset xmlns="{space}">\n' + "\n".join(lines) + "\n</urlset>\n"
