"""What the provider keeps between requests: responses, chat completions, files, batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

__all__ = ["Page", "Shelf", "Store", "StoredFile", "StoredReply"]

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a listing; `more` tells whether another follows."""

    items: tuple[T, ...]
    more: bool


@dataclass(frozen=True)
class StoredFile:
    """An uploaded or written file: the object the wire shows, and the bytes."""

    shown: dict[str, Any]
    content: bytes


@dataclass(frozen=True)
class StoredReply:
    """A stored response or chat completion: what left, and what led to it.

    `input` are the request's own items or messages, `history` what came before
    them: the items and the output of the responses that it continues.
    """

    shown: dict[str, Any]
    input: tuple[dict[str, Any], ...]
    history: tuple[dict[str, Any], ...] = ()


class Shelf(Generic[T]):
    """Keep objects by id in the order of their arrival: the oldest goes first.

    At most `keep` of them, and at most `most_bytes` together, as they were
    announced; the newest always stays.
    """

    def __init__(self, keep: int, most_bytes: int = 64 * 2**20) -> None:
        self.keep = keep
        self.most_bytes = most_bytes
        self._items: dict[str, T] = {}
        self._sizes: dict[str, int] = {}
        self._held = 0

    def __len__(self) -> int:
        return len(self._items)

    def put(self, key: str, item: T, size: int = 0) -> None:
        """Add an object of `size` bytes, or replace the one of that id where it lies."""
        size = max(size, self._sizes.get(key, 0))
        self._held += size - self._sizes.get(key, 0)
        self._items[key], self._sizes[key] = item, size
        while len(self._items) > max(self.keep, 1) or (
            self._held > self.most_bytes and len(self._items) > 1
        ):
            self.drop(next(iter(self._items)))

    def get(self, key: str) -> T | None:
        """Return the object of that id, or None."""
        return self._items.get(key)

    def drop(self, key: str) -> T | None:
        """Remove and return the object of that id, or None."""
        self._held -= self._sizes.pop(key, 0)
        return self._items.pop(key, None)

    def values(self) -> tuple[T, ...]:
        """Return every object, oldest first."""
        return tuple(self._items.values())

    def page(
        self,
        limit: int,
        *,
        after: str = "",
        newest_first: bool = True,
        where: Callable[[T], bool] = lambda item: True,
    ) -> Page[T] | None:
        """Return the objects behind the id `after` that `where` lets through.

        None means that there is no object of the id `after`.
        """
        keys = list(reversed(self._items)) if newest_first else list(self._items)
        if after and after not in self._items:
            return None
        start = keys.index(after) + 1 if after else 0
        passing = (self._items[key] for key in keys[start:] if where(self._items[key]))
        found = tuple(islice(passing, limit + 1))
        return Page(found[:limit], len(found) > limit)


class Store:
    """Everything that a provider keeps, each kind at most `keep` times and 64 MiB."""

    def __init__(self, keep: int = 2_000) -> None:
        self.files: Shelf[StoredFile] = Shelf(keep)
        self.batches: Shelf[dict[str, Any]] = Shelf(keep)
        self.responses: Shelf[StoredReply] = Shelf(keep)
        self.chats: Shelf[StoredReply] = Shelf(keep)
        self.items: Shelf[dict[str, Any]] = Shelf(4 * keep)
