"""Tokens: MiniLM's, with nothing of a text lost."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given, settings
from tokenizers import Tokenizer

from autograder.content import dataset_path
from autograder.provider import tokens
from autograder.provider.prompt import Message, Tool, ToolCall

TEXTS = st.one_of(st.text(), st.text(alphabet="aé漢😀 \n\t\x00.,-#", max_size=400))


@settings(deadline=None, max_examples=200)
@given(TEXTS)
def test_pieces_are_the_text_and_as_many_as_counted(text: str) -> None:
    """Joined pieces are the text, and pieces, ids and count agree."""
    parts = tokens.pieces(text)
    assert "".join(parts) == text
    assert len(parts) == tokens.count(text) == len(tokens.encode(text))


def test_ids_are_those_of_the_published_file() -> None:
    """The tokenizers library gives the same ids for the file as it was published."""
    published = Tokenizer.from_file(str(dataset_path("practice_provider") / "tokenizer.json"))
    published.no_padding()
    for text in ("CVE-2026-1234 affects Nimbus 4.2.1.", "Ünïcode naïveté", "日本語", "a" * 100):
        wanted = published.encode(text, add_special_tokens=False).ids
        assert tokens.encode(text) == wanted


def test_a_long_word_costs_more_than_one_token() -> None:
    """WordPiece alone would read a word of 101 characters or more as one unknown token."""
    assert tokens.count("a" * 400) == 4 * tokens.count("a" * 100)


def test_decode_gives_the_lower_case_reading() -> None:
    """Ids turn back into words."""
    assert tokens.decode(tokens.encode("Keys rotate every 90 days")) == "keys rotate every 90 days"


def test_a_request_costs_what_the_constants_say() -> None:
    """Messages, names, calls, tools and the reply's start each have their published overhead."""
    plain = Message("user", "Isolate the host.")
    assert tokens.count_messages([plain]) == tokens.count(plain.text) + 3 + 3
    call = ToolCall("call_1", "isolate", '{"host": "ws-1"}')
    made = Message("assistant", "", tool_calls=(call,))
    done = Message("tool", "done", call_id="call_1")
    turns = 3 + tokens.count("isolate") + tokens.count('{"host": "ws-1"}') + 3 + 1 + 1
    assert tokens.count_messages([made, done]) == turns + 3
    tool = Tool("isolate", "Isolate a host.", {"type": "object"})
    declared = tokens.count('isolate Isolate a host. {"type": "object"}')
    assert tokens.count_messages([], [tool]) == declared + 8 + 3
