"""Lists by pages: the cursor parameters of a query, and the envelope of a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request

from autograder.provider.store import Shelf
from autograder.provider.wire.errors import ApiError, invalid_value

__all__ = ["Cursor", "cursor", "listed"]

T = TypeVar("T")


@dataclass(frozen=True)
class Cursor:
    """Which page of a list is wanted."""

    limit: int
    after: str
    newest_first: bool


def cursor(request: Request, *, limit: int, most: int, order: str = "desc") -> Cursor:
    """Read limit, after and order; `limit` and `order` are the defaults, `most` the largest."""
    query = request.query_params
    given = query.get("order", order)
    if given not in ("asc", "desc"):
        raise invalid_value(
            f"Invalid value: '{given[:200]}'. Supported values are: 'asc' and 'desc'.", "order"
        )
    return Cursor(_limit(query.get("limit"), limit, most), query.get("after", ""), given == "desc")


def listed(
    shelf: Shelf[T],
    page: Cursor,
    show: Callable[[T], dict[str, Any]],
    where: Callable[[T], bool] = lambda item: True,
) -> dict[str, Any]:
    """Return one page of a shelf as the API lists it."""
    found = shelf.page(page.limit, after=page.after, newest_first=page.newest_first, where=where)
    if found is None:
        raise ApiError(400, f"There is no object with the id '{page.after[:200]}'.", param="after")
    data = [show(item) for item in found.items]
    return {
        "object": "list",
        "data": data,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
        "has_more": found.more,
    }


def _limit(given: str | None, default: int, most: int) -> int:
    if given is None:
        return default
    try:
        limit = int(given)
    except ValueError:
        raise invalid_value(
            "Invalid type for 'limit': expected an integer, but got a string instead.",
            "limit",
            "invalid_type",
        ) from None
    if not 1 <= limit <= most:
        side, bound = ("above maximum", f"<= {most}") if limit > most else ("below minimum", ">= 1")
        raise invalid_value(
            f"Invalid 'limit': integer {side} value. Expected a value {bound}, "
            f"but got {limit} instead.",
            "limit",
            f"integer_{side[:9].replace(' ', '_')}_value",
        )
    return limit
