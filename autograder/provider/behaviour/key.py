"""Where a world tells the models the truth about an item."""

from __future__ import annotations

from typing import Any, Protocol

__all__ = ["AnswerKey"]


class AnswerKey(Protocol):
    """Supply the truth of items that a world made; what it does not know, the models read.

    | family | `item_text` | value |
    |---|---|---|
    | answer | the question | the answer's text, or "" where no passage holds it |
    | classify, route | the text | the label |
    | extract | the text | a dict of fields |
    | tools | the request | a list of {"name": …, "arguments": {…}} in order |
    | summarise | the text | the sentences that a summary must keep |
    | quality | an answer that is judged | its quality from 0 to 1 |
    """

    def truth(self, family: str, item_text: str) -> Any | None:
        """Return the truth, or None where this key does not know the item."""
