"""The pieces of pages that are templates, in `templates/` beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from jinja2 import Environment, FileSystemLoader, StrictUndefined

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=True,
)


def filled(template: str, **known: Any) -> nodes.raw:
    """Fill a template with what is known; every value is escaped, a missing one is an error."""
    return nodes.raw("", _templates.get_template(template).render(**known), format="html")
