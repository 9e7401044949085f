"""All items by name."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.placement import evaluation, functions, services
from autograder.placement.item import Item

__all__ = ["ITEMS"]

ITEMS: Mapping[str, Item] = {
    item.id: item for item in (*functions.ITEMS, *services.ITEMS, *evaluation.ITEMS)
}
