"""All items by name."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.placement import evaluation, software
from autograder.placement.item import Item

__all__ = ["ITEMS"]

ITEMS: Mapping[str, Item] = {item.id: item for item in (*software.ITEMS, *evaluation.ITEMS)}
