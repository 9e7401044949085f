"""The book's page templates, filled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.career import tables
from autograder.career.markdown import bullets, escape, lower_first, statements, table

__all__ = ["fill"]

_SOURCE = re.compile(r"\bS\d\b")
_REFERENCE = re.compile(r"\bS\d:\d+")


def fill(name: str, **content: object) -> str:
    """Fill the template `name`, and list at its end the sources that the page cites."""
    template = _templates().get_template(f"{name}.md.j2")
    # Rendered twice: the list of sources needs to know what the body cites.
    body = template.render(cited=[], example="", **content)
    example = _REFERENCE.search(body)
    cited = set(_SOURCE.findall(body))
    text = template.render(cited=cited, example=example[0] if example else "", **content)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _source_rows(cited: Iterable[str]) -> list[tuple[str, str, str]]:
    return [
        (
            source.id,
            escape(
                f"{', '.join(filter(None, (source.title, source.publisher)))}; {source.kind}. "
                f"{source.remark}"
            ),
            ": ".join(filter(None, (source.date_is, source.date))),
        )
        for source in tables.sources()
        if source.id in cited
    ]


@lru_cache(maxsize=1)
def _templates() -> Environment:
    # Markdown, not HTML: autoescaping would write entities into the text.
    env = Environment(
        loader=PackageLoader("autograder.career"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    env.globals.update(
        table=table, statements=statements, bullets=bullets, source_rows=_source_rows
    )
    env.filters.update(md=escape, lower_first=lower_first)
    return env
