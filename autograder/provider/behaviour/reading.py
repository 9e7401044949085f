"""What a prompt asks for: its family, its item, and everything that changes the outcome.

The family is the first of these that fits:

| family | the prompt has |
|---|---|
| tools | tools, unless `tool_choice` is "none" |
| judge | an `Answer A` and an `Answer B` |
| score | one filled `Answer`, the word score, rate or grade, and a scale such as 1 to 5 |
| verdict | one filled `Answer`, and a pair such as pass/fail, yes/no or correct/incorrect |
| route | labels or a schema's single enum, and words such as route or queue |
| classify | labels (`Labels:`, "one of: a, b") or a schema's single enum |
| summarise | the word summarise or summary, and no `Question` |
| answer | passages, and a `Question` or any words of the user |
| extract | a schema, JSON mode, a list of `Fields`, or the word extract |
| chat | anything else |

Where the system prompt settles the family, a user's message without blocks is
the item itself. Examples are earlier pairs of user and assistant turns, or
pairs of blocks (`Text:` and `Label:`, `Question:` and `Answer:`) before the
last one. The words are those of `cues.CUES`, the blocks those of `blocks`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, zip_longest
from typing import Any, Literal

from autograder.provider.behaviour.blocks import Block, Parts, is_order, parts
from autograder.provider.behaviour.cues import cues
from autograder.provider.behaviour.dialects import loose
from autograder.provider.behaviour.labels import Label, listed, loosely_named, named, shown
from autograder.provider.behaviour.schemas import options, properties, resolved
from autograder.provider.prompt import Message, Prompt

__all__ = ["FAMILIES", "Family", "Reading", "Shot", "read"]

Family = Literal[
    "answer", "chat", "classify", "extract", "judge", "route", "score", "summarise", "tools",
    "verdict",
]  # fmt: skip
FAMILIES: tuple[Family, ...] = (
    "answer", "classify", "extract", "route", "tools", "summarise", "judge", "verdict", "score",
    "chat",
)  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """One example: what was given and what was wanted."""

    given: str
    wanted: str


@dataclass(frozen=True)
class Reading:
    """A prompt as the models understand it.

    `item` is what the call is about: the question, the text, the request.
    `words` are the prompt's own, `system` those of its author. `untrusted` are
    the texts that the author did not write, `spill` is what stands between
    them in the same message. `judged` holds one or two answers.
    """

    family: Family
    item: str
    words: str
    system: str
    cues: frozenset[str]
    passages: tuple[Block, ...] = ()
    shots: tuple[Shot, ...] = ()
    labels: tuple[Label, ...] = ()
    judged: tuple[str, ...] = ()
    reference: str = ""
    fields: tuple[str, ...] = ()
    scale: tuple[int, int] = (1, 5)
    untrusted: tuple[Block, ...] = ()
    spill: str = ""
    results: tuple[Message, ...] = ()


@dataclass(frozen=True)
class _Turns:
    """The messages of a prompt, sorted by what they are to the model."""

    system: str
    system_parts: Parts
    user: Parts
    asked: str
    earlier: tuple[Shot, ...]
    results: tuple[Message, ...]
    guess: str


_SCALE = re.compile(r"(-?\d{1,3})\s*(?:to|-|–|and|\.\.)\s*(\d{1,3})\b|\bout of (\d{1,3})\b")
_ARROW = re.compile(r"^\s*(.{3,400}?)\s*(?:->|=>|→)\s*(\S.{0,60}?)\s*$", re.MULTILINE)
_QUOTED = re.compile(r"[\"“'`](.{8,}?)[\"”'`]", re.DOTALL)
_KEYS = re.compile(r'"([A-Za-z_]\w*)"\s*:')
_TOLD = {"text", "question", "output", "claim"}
_FIELDS = re.compile(r"\b(?:fields?|keys)\s*:?\s+([^.\n]+)", re.IGNORECASE)
_WANTED = re.compile(
    r"\b(?:extract|pull out|parse) (?:the |its |all )?([^.\n:]{3,160}?)"
    r" (?:as|from|in|into|out of)\b",
    re.IGNORECASE,
)
_ENDS = ("minimum", "maximum")
_EXPLAINS = {
    "reason", "reasoning", "rationale", "explanation", "confidence", "thought", "thinking",
    "justification", "critique", "feedback", "analysis",
}  # fmt: skip


def read(prompt: Prompt) -> Reading:
    """Read a prompt."""
    if prompt.tools or prompt.schema is not None or not _short(prompt.messages):
        return _read(prompt)
    return _read_plain(prompt.messages, prompt.json_mode)


@lru_cache(maxsize=512)
def _read_plain(messages: tuple[Message, ...], json_mode: bool) -> Reading:
    """Remember what was read: models, choices and repeated calls look at the same prompt."""
    return _read(Prompt(messages, json_mode=json_mode))


def _read(prompt: Prompt) -> Reading:
    """Take a prompt at its word, and guess only where that leaves nothing to do."""
    ways = (_taken(prompt, guess) for guess in ("", "labels", "passages"))
    first = next(ways)
    return next((one for one in (first, *ways) if one.family != "chat"), first)


def _taken(prompt: Prompt, guess: str) -> Reading:
    turns = _turns(prompt.messages, guess)
    from_system = _decide(prompt, turns, _words(turns, False))
    bare = not turns.user.blocks and bool(turns.system)
    decided = bare and from_system != "chat"
    words = _words(turns, not decided)
    family = from_system if decided else _decide(prompt, turns, words)
    return _filled(prompt, turns, family, words, decided)


def _short(messages: Sequence[Message]) -> bool:
    return sum(len(message.text) for message in messages) <= 8_000


def _turns(messages: tuple[Message, ...], guess: str) -> _Turns:
    system = "\n\n".join(m.text for m in messages if m.role in {"system", "developer"})
    users = [n for n, m in enumerate(messages) if m.role == "user"]
    last = users[-1] if users else -1
    asked = messages[last].text if users else ""
    said = [m for m in messages[: max(last, 0)] if m.role in {"user", "assistant"} and m.text]
    earlier = tuple(
        Shot(_item_of(a.text), b.text.strip())
        for a, b in pairwise(said)
        if a.role == "user" and b.role == "assistant"
    )
    results = tuple(m for m in messages[last + 1 :] if m.role == "tool")
    if guess == "passages":
        told, user = parts(loose(system)), _given(parts(loose(asked)))
    else:
        told, user = parts(system), parts(asked)
    return _Turns(system, told, user, asked, earlier, results, guess)


def _given(user: Parts) -> Parts:
    """Take a text beside a question for a passage."""
    if user.of("passage") or not (user.of("question") or "?" in user.rest):
        return user
    blocks = (replace(b, kind="passage") if b.kind == "text" else b for b in user.blocks)
    return Parts(tuple(blocks), user.rest)


def _item_of(text: str) -> str:
    given = parts(text).of("text", "question")
    return given[-1].text if given else text


def _words(turns: _Turns, with_user: bool) -> str:
    rules = [block.text for block in (*turns.system_parts.of("rubric"),)]
    own = [turns.system_parts.rest, *rules]
    if with_user:
        own += [turns.user.rest, *(block.text for block in turns.user.of("rubric"))]
    return "\n".join(part for part in own if part)


def _decide(prompt: Prompt, turns: _Turns, words: str) -> Family:
    said, user = cues(words), turns.user
    if prompt.tools and prompt.tool_choice != "none":
        return "tools"
    if user.of("first") and user.of("second"):
        return "judge"
    if _judged(user):
        if "score" in said and (_SCALE.search(words) or _range(prompt.schema)):
            return "score"
        if "verdict" in said:
            return "verdict"
    if len(_labels(prompt, turns, words)) > 1:
        return "route" if "route" in said else "classify"
    question = bool(user.of("question"))
    if "summarise" in said and not question:
        return "summarise"
    if _passages(turns) and (question or user.rest):
        return "answer"
    if prompt.schema or prompt.json_mode or "extract" in said or "json" in said:
        return "extract"
    return "extract" if user.of("fields") or turns.system_parts.of("fields") else "chat"


def _judged(user: Parts) -> str:
    """Return the answer that stands filled at the end of the item, or ""."""
    told = [b for b in user.blocks if b.kind in _TOLD]
    # Behind a claim an empty heading may stand, under which its label is wanted.
    filled = [block for block in told if block.text]
    closed = filled and (filled[-1].kind == "claim" or filled[-1:] == told[-1:])
    return filled[-1].text if closed and filled[-1].kind in {"output", "claim"} else ""


def _passages(turns: _Turns) -> tuple[Block, ...]:
    found = (*turns.system_parts.of("passage"), *turns.user.of("passage"))
    return tuple(
        block if block.id else Block("passage", str(n), block.text, block.frame)
        for n, block in enumerate(found, 1)
    )


def _labels(prompt: Prompt, turns: _Turns, words: str) -> tuple[Label, ...]:
    if prompt.schema is not None:
        return tuple(Label(str(name)) for name in _single_enum(prompt.schema))
    for held in (turns.user, turns.system_parts):
        for block in held.of("labels"):
            if len(found := listed(block.text)) > 1:
                return found
    if (found := named(words)) or turns.guess != "labels":
        return found
    return loosely_named(words) or shown(shot.wanted for shot in _examples(turns, "classify")[0])


def _single_enum(schema: Mapping[str, Any]) -> Sequence[Any]:
    """Return the values of the only enum that a schema wants beside explanations."""
    wanted = {
        name: field
        for name, field in properties(resolved(schema, schema)).items()
        if name.lower() not in _EXPLAINS
    }
    only = next(iter(wanted.values())) if len(wanted) == 1 else {}
    return options(resolved(only, schema))


def _filled(prompt: Prompt, turns: _Turns, family: Family, words: str, decided: bool) -> Reading:
    shots, item = _examples(turns, family)
    if decided and not item:
        item = turns.asked
    if family in {"tools", "chat"}:
        shots, item = (), turns.asked
    user = turns.user
    return Reading(
        family=family,
        item=(item or _spoken(user.rest, family)).strip(),
        words=words,
        system=turns.system,
        cues=cues(words),
        passages=_passages(turns),
        shots=shots,
        labels=_labels(prompt, turns, words) if family in {"classify", "route"} else (),
        judged=_answers(user, family),
        reference="\n".join(block.text for block in user.of("reference")),
        fields=_fields(turns, words) if family == "extract" else (),
        scale=_scale(prompt, words),
        untrusted=_untrusted(turns, family, decided),
        spill=user.rest if user.blocks else "",
        results=turns.results,
    )


def _examples(turns: _Turns, family: Family) -> tuple[tuple[Shot, ...], str]:
    """Return the examples and the item of the last user message; "" where no block holds it."""
    told = [b for b in turns.user.blocks if b.kind in _TOLD]
    shots = list(turns.earlier)
    for held in (*turns.system_parts.of("example"), *turns.user.of("example")):
        shots += (Shot(m[1].strip("\"' "), m[2].strip("\"' ")) for m in _ARROW.finditer(held.text))
    if family in {"judge", "verdict", "score"}:
        asked = [b.text for b in told if b.kind == "question"] or [b.text for b in told[:1]]
        return tuple(shots), asked[-1] if asked else ""
    in_system = [b for b in turns.system_parts.blocks if b.kind in _TOLD]
    item = ""
    for held_blocks in (in_system, told):
        for block, following in zip_longest(held_blocks, held_blocks[1:]):
            if block.kind == "output":
                continue
            if following is not None and following.kind == "output" and following.text:
                shots.append(Shot(block.text, following.text))
            elif held_blocks is told:
                item = block.text
    return tuple(shots), item


def _spoken(rest: str, family: Family) -> str:
    """Find the item in words without blocks: behind the order, in quotes, or all of them."""
    told = [part.strip() for part in re.split(r"\n[ \t]*\n", rest) if part.strip()]
    if family == "answer":
        asked = [part for part in told if part.endswith("?")]
        return (asked or told or [""])[-1]
    if len(told) > 1:
        return _behind(told)
    quoted = _QUOTED.search(rest)
    if quoted:
        return quoted[1]
    _, colon, behind = rest.partition(": ")
    return behind if colon and len(behind) > 10 else rest


def _behind(told: list[str]) -> str:
    """Return the paragraphs without the orders before and after them."""
    while len(told) > 1 and _orders(told[0]):
        told = told[1:]
    if len(told) > 1 and is_order(told[-1]):
        told = told[:-1]
    return "\n\n".join(told)


def _orders(paragraph: str) -> bool:
    short = len(paragraph) <= 300
    return paragraph.endswith(":") or is_order(paragraph) or (short and bool(cues(paragraph)))


def _answers(user: Parts, family: Family) -> tuple[str, ...]:
    if family == "judge":
        return user.of("first")[-1].text, user.of("second")[-1].text
    return (_judged(user),) if family in {"score", "verdict"} else ()


def _fields(turns: _Turns, words: str) -> tuple[str, ...]:
    """Return the names of the fields that a prompt without a schema wants."""
    for held in (turns.user, turns.system_parts):
        for block in held.of("fields"):
            named = tuple(label.name.strip('{}[] "') for label in listed(block.text))
            return tuple(dict.fromkeys(_KEYS.findall(block.text))) or named
    keys = tuple(dict.fromkeys(_KEYS.findall(words)))
    if keys:
        return keys
    told = _FIELDS.search(words)
    if told:
        return tuple(label.name for label in listed(told[1]))
    wanted = _WANTED.search(words)
    names = [label.name for label in listed(wanted[1])] if wanted else []
    return tuple("_".join(name.lower().split()) for name in names) if len(names) > 1 else ()


def _range(schema: Mapping[str, Any] | None) -> tuple[int, int] | None:
    """Return the bounds of the first field that has both."""
    for field in properties(schema).values():
        low, high = (field.get(end) if isinstance(field, Mapping) else None for end in _ENDS)
        if isinstance(low, int) and isinstance(high, int):
            return low, high
    return None


def _scale(prompt: Prompt, words: str) -> tuple[int, int]:
    if (bounds := _range(prompt.schema)) is not None:
        return bounds
    found = _SCALE.search(words)
    low, high = (int(found[1] or 1), int(found[2] or found[3])) if found else (1, 5)
    return (low, high) if low < high else (1, 5)


def _untrusted(turns: _Turns, family: Family, decided: bool) -> tuple[Block, ...]:
    """Return what others wrote: passages, texts, judged answers, results, a user under a system."""
    kinds = {"passage", "text", "claim", "first", "second", "output"}
    held = [b for b in (*turns.system_parts.blocks, *turns.user.blocks) if b.kind in kinds]
    held += (Block("result", message.call_id, message.text) for message in turns.results)
    if turns.system and (decided or family in {"chat", "tools"} or not turns.user.blocks):
        held.append(Block("user", "", turns.asked))
    return tuple(block for block in held if block.text)
