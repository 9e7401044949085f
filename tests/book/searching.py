"""Ask the built site's search what people ask, and see where the page that they want stands."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

__all__ = ["KINDS", "QUERIES", "Query", "score", "sphinx_ranks"]

KINDS = ("competency", "lesson", "term", "function")
_FOUND = """q => Search._performSearch(...Search._parseQuery(q)).reverse().map(one => one[0])"""


@dataclass(frozen=True)
class Query:
    """What somebody types, what they mean, and the pages that answer it."""

    kind: str
    text: str
    wanted: frozenset[str]

    def rank(self, found: Sequence[str]) -> int | None:
        """Return the place of the first wanted page among the pages found, from 1."""
        pages = list(dict.fromkeys(found))
        return next((at for at, page in enumerate(pages, 1) if page in self.wanted), None)


def _read() -> tuple[Query, ...]:
    path = Path(__file__).with_name("queries.csv")
    with path.open(encoding="utf-8", newline="") as rows:
        return tuple(
            Query(row["kind"], row["query"], frozenset(row["wanted"].split()))
            for row in csv.DictReader(rows)
        )


QUERIES = _read()


def sphinx_ranks(page: Page, address: str) -> list[int | None]:
    """Rank every query in the search page, as it ranks for a reader."""
    page.goto(f"{address}/search.html", wait_until="load")
    page.wait_for_function("Search.hasIndex()")
    return [query.rank(page.evaluate(_FOUND, query.text)) for query in QUERIES]


def score(ranks: Sequence[int | None], kind: str | None = None) -> tuple[int, int, int]:
    """Count the queries of a kind, those answered first, and those answered in the first five."""
    mine = [rank for query, rank in zip(QUERIES, ranks, strict=True) if kind in (None, query.kind)]
    return (
        len(mine),
        sum(rank == 1 for rank in mine),
        sum(rank is not None and rank <= 5 for rank in mine),
    )
