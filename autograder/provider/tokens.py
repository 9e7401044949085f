"""Count and split text as the practice models do: with MiniLM's WordPiece tokenizer.

One tokenizer serves every practice model, so that counts can be checked by
hand: a learner who loads the same file with the `tokenizers` library gets the
same numbers. Nothing of a text is lost in `pieces`; `decode` gives MiniLM's
lower-case reading of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache

from tokenizers import Encoding, Regex, Tokenizer
from tokenizers.pre_tokenizers import BertPreTokenizer, Sequence, Split

from autograder.content import dataset_path
from autograder.provider.prompt import Message, Tool

__all__ = [
    "PER_MESSAGE",
    "PER_NAME",
    "PER_REPLY",
    "PER_TOOL",
    "count",
    "count_messages",
    "decode",
    "encode",
    "pieces",
    "whole",
]

PER_MESSAGE = 3  # a message's role and its two borders
PER_NAME = 1  # a message that names its author, or the call that it answers
PER_TOOL = 8  # a tool's declaration, beside its JSON
PER_REPLY = 3  # what primes the reply, once a request

_UNKNOWN = 100  # [UNK]
_LONGEST = 100  # characters of one word that WordPiece reads; a longer one is cut there
_LONE = re.compile("[\ud800-\udfff]")
_LONG_WORD = re.compile(rf"\w{{{_LONGEST + 1}}}")
_SHORT = 1_000  # characters; longer texts are not remembered, so that a provider stays small


def count(text: str) -> int:
    """Return how many tokens a text has."""
    return _count(text) if len(text) <= _SHORT else len(_ids(text))


def encode(text: str) -> list[int]:
    """Return a text's token ids, without [CLS] and [SEP]; whitespace alone is one [UNK]."""
    return list(_remembered_ids(text) if len(text) <= _SHORT else _ids(text))


def pieces(text: str) -> tuple[str, ...]:
    """Split a text at its tokens, as many as `count` says; joined they are the text.

    White space goes with the token behind it, at the end with the one before.
    A piece is "" where one character became two tokens.
    """
    return _remembered_pieces(text) if len(text) <= _SHORT else _pieces(text)


def _pieces(text: str) -> tuple[str, ...]:
    ends = [end for _, end in _encoding(text).offsets] or [0] * bool(text)
    if not ends:
        return ()
    ends[-1] = len(text)
    starts = [0, *ends[:-1]]
    return tuple(text[start:end] for start, end in zip(starts, ends, strict=True))


def decode(ids: Iterable[int]) -> str:
    """Return the text of token ids, lower case and with the spaces that WordPiece puts."""
    return str(_tokenizer(False).decode(list(ids), skip_special_tokens=False))


def whole(text: str) -> str:
    """Return a text with a mark for each lone surrogate, which JSON can carry and UTF-8 cannot."""
    return text if text.isascii() else _LONE.sub("\ufffd", text)


def count_messages(messages: Iterable[Message], tools: Iterable[Tool] = ()) -> int:
    """Return a request's prompt tokens.

    Each message costs its text, its tool calls' names and arguments, and
    `PER_MESSAGE`; a name or a call id `PER_NAME`; each tool its name, description
    and parameters as JSON, and `PER_TOOL`; the request `PER_REPLY`.
    """
    spoken = sum(_message(message) for message in messages)
    return spoken + sum(_tool(tool) for tool in tools) + PER_REPLY


def _message(message: Message) -> int:
    marks = PER_MESSAGE + PER_NAME * (bool(message.name) + bool(message.call_id))
    calls = sum(count(call.name) + count(call.arguments) for call in message.tool_calls)
    return marks + count(message.text) + count(message.name) + calls


def _tool(tool: Tool) -> int:
    declared = f"{tool.name} {tool.description} {json.dumps(dict(tool.parameters))}"
    return PER_TOOL + count(declared)


def _encoding(text: str) -> Encoding:
    long = _LONG_WORD.search(text) is not None
    return _tokenizer(long).encode(whole(text), add_special_tokens=False)


def _ids(text: str) -> tuple[int, ...]:
    return tuple(_encoding(text).ids) or (_UNKNOWN,) * bool(text)


@lru_cache(maxsize=4_096)
def _count(text: str) -> int:
    return len(_ids(text))


_remembered_ids = lru_cache(maxsize=1_024)(_ids)
_remembered_pieces = lru_cache(maxsize=1_024)(_pieces)


@lru_cache(maxsize=2)
def _tokenizer(cuts_long_words: bool) -> Tokenizer:
    """Load MiniLM's tokenizer; WordPiece alone reads any word over 100 characters as one [UNK]."""
    loaded: Tokenizer = Tokenizer.from_file(
        str(dataset_path("practice_provider") / "tokenizer.json")
    )
    loaded.no_truncation()
    loaded.no_padding()
    if cuts_long_words:
        cut = Split(Regex(rf".{{1,{_LONGEST}}}"), "isolated")
        loaded.pre_tokenizer = Sequence([BertPreTokenizer(), cut])
    return loaded
