"""Remember what was read from short texts, so that a long-lived provider stays small."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

__all__ = ["remembered"]

T = TypeVar("T")


def remembered(
    size: int, longest: int = 4_000
) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Cache a function of one text for the last `size` texts of at most `longest` characters."""

    def decorate(read: Callable[[str], T]) -> Callable[[str], T]:
        cached = lru_cache(maxsize=size)(read)

        @wraps(read)
        def recall(text: str) -> T:
            return cached(text) if len(text) <= longest else read(text)

        return recall

    return decorate
