"""The conversations that responses continue: what is kept of them, and put together again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from autograder.provider.store import StoredReply
from autograder.provider.wire.errors import ApiError
from autograder.provider.wire.response_items import Item, ReferenceItem, items_of, shown_items
from autograder.provider.wire.response_object import item_id
from autograder.provider.wire.response_request import CompactRequest, CountRequest

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["Conversations", "Turn"]

_ITEMS: Final[TypeAdapter[list[Item]]] = TypeAdapter(list[Item])
_PREFIXES: Final = {
    "message": "msg",
    "function_call": "fc",
    "function_call_output": "fco",
    "reasoning": "rs",
    "compaction": "cmp",
}


@dataclass(frozen=True)
class Turn:
    """What a request adds to a conversation (`items`), and what stood before it."""

    items: tuple[dict[str, Any], ...]
    history: tuple[dict[str, Any], ...]

    @property
    def read(self) -> list[Item]:
        """Return the whole conversation as items."""
        return _ITEMS.validate_python([*self.history, *self.items])


class Conversations:
    """The stored responses of a provider."""

    def __init__(self, provider: Provider) -> None:
        self._kept = provider.store.responses
        self._items = provider.store.items

    def turn(self, asked: CountRequest | CompactRequest, key: str) -> Turn:
        """Return what a request adds, each item with an id, and all that it continues."""
        shown = shown_items(self._resolved(items_of(asked.input)))
        items = tuple(
            {"id": item_id(_PREFIXES.get(one["type"], "item"), key, number), **one}
            for number, one in enumerate(shown)
        )
        history = self._history(asked.previous_response_id)
        seen = {item["id"] for item in history}
        for item in items:
            if item["id"] in seen:
                raise ApiError(
                    400,
                    f"Duplicate item found with id {item['id'][:200]}. Remove duplicate items from "
                    "your input and try again.",
                    param="input",
                )
            seen.add(item["id"])
        return Turn(items, history)

    def _history(self, previous: str | None) -> tuple[dict[str, Any], ...]:
        """Return every item of the conversation that a response ends."""
        if previous is None:
            return ()
        reply = self._kept.get(previous)
        if reply is None:
            raise ApiError(
                400,
                f"Previous response with id '{previous[:200]}' not found.",
                code="previous_response_not_found",
                param="previous_response_id",
            )
        return (*reply.history, *reply.input, *reply.shown["output"])

    def _resolved(self, items: Iterable[Item]) -> list[Item]:
        return [self._item(one.id) if isinstance(one, ReferenceItem) else one for one in items]

    def _item(self, name: str) -> Item:
        found = self._items.get(name)
        if found is None:
            raise ApiError(404, f"Item with id '{name[:200]}' not found.", param="input")
        return _ITEMS.validate_python([found])[0]

    def keep(self, shown: dict[str, Any], turn: Turn, size: int) -> None:
        """Store a response with what led to it, in `size` bytes, unless it says not to."""
        if not shown["store"]:
            return
        self._kept.put(shown["id"], StoredReply(shown, turn.items, turn.history), size)
        for item in (*turn.items, *shown["output"]):
            self._items.put(item["id"], item, size)

    def wanted(self, response_id: str) -> StoredReply:
        """Return a stored response; raise the API's 404 where there is none."""
        reply = self._kept.get(response_id)
        if reply is None:
            raise ApiError(404, f"Response with id '{response_id[:200]}' not found.")
        return reply
