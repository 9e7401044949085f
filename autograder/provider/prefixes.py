"""The prompt cache: which beginnings of prompts a model has read not long ago."""

from __future__ import annotations

import json
import threading
from array import array
from collections import OrderedDict
from hashlib import blake2b

from autograder.provider import tokens
from autograder.provider.card import Card
from autograder.provider.prompt import Message, Prompt

__all__ = ["BLOCK", "PromptCache"]

BLOCK = 128  # tokens; the real API counts cached tokens in steps of as many
_KEPT = 65_536  # prefixes, of 16 bytes each
_ROLES = {"system": 1, "developer": 2, "user": 3, "assistant": 4, "tool": 5}


class PromptCache:
    """Remember prefixes of whole blocks for the time that a model's card says.

    A prefix counts from `cache_min_tokens` on, for `cache_ttl_minutes` since it
    was last used, for one version of one model and one `prompt_cache_key`. At
    most `keep` prefixes stay; the one that was not used for longest goes first.
    """

    def __init__(self, keep: int = _KEPT) -> None:
        self.keep = keep
        self._used: OrderedDict[bytes, float] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._used)

    def read(self, card: Card, prompt: Prompt, size: int, now: float) -> tuple[int, int]:
        """Return how many of a prompt's `size` tokens were cached, and how many now are as well.

        The second number counts what this call added.
        """
        if card.cache_min_tokens <= 0 or size < card.cache_min_tokens:
            return 0, 0
        found = _prefixes(card, prompt)
        with self._lock:
            alive = now - 60 * card.cache_ttl_minutes
            hits = [length for length, key in found if self._used.get(key, float("-inf")) >= alive]
            for _, key in found:
                self._used[key] = now
                self._used.move_to_end(key)
            while len(self._used) > self.keep:
                self._used.popitem(last=False)
        cached = max(hits, default=0)
        return cached, found[-1][0] - cached if found else 0


def _prefixes(card: Card, prompt: Prompt) -> list[tuple[int, bytes]]:
    """Return each length that may be cached, shortest first, with the prefix's hash."""
    ids = _ids(prompt)
    hashing = blake2b(f"{card.version}\0{prompt.cache_key}".encode(), digest_size=16)
    found = []
    for end in range(BLOCK, len(ids) + 1, BLOCK):
        hashing.update(ids[end - BLOCK : end].tobytes())
        if end >= card.cache_min_tokens:
            found.append((end, hashing.copy().digest()))
    return found


def _ids(prompt: Prompt) -> array[int]:
    """Return the prompt as token ids: as many as it is counted, tools first."""
    ids = array("I")
    for tool in prompt.tools:
        ids.extend([0] * tokens.PER_TOOL)
        declared = f"{tool.name} {tool.description} {json.dumps(dict(tool.parameters))}"
        ids.extend(tokens.encode(declared))
    for message in prompt.messages:
        ids.extend(_message_ids(message))
    return ids


def _message_ids(message: Message) -> list[int]:
    marks = tokens.PER_MESSAGE + tokens.PER_NAME * (bool(message.name) + bool(message.call_id))
    calls = [part for call in message.tool_calls for part in (call.name, call.arguments)]
    texts = [message.name, *calls, message.text]
    return [_ROLES[message.role]] * marks + [one for text in texts for one in tokens.encode(text)]
