"""Orders in texts that a model only works on: find them, and carry them out.

A **family** is a way to phrase or to hide the order. `PATTERNS` is the grammar
of this simulation; a text that it does not match is never obeyed, however
dangerous it would be to a real model.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.provider.behaviour.blocks import Block
from autograder.provider.behaviour.memory import remembered
from autograder.provider.behaviour.reading import Reading

__all__ = ["FAMILIES", "PATTERNS", "Attack", "attacks"]

_AI = r"(?:ai|assistants?|language models?|llms?|models?|agents?|chatbots?|bots?)"
PATTERNS: dict[str, str] = {
    "direct_override": r"\b(?:ignore|disregard|forget|override)\b[^.\n]{0,40}\b(?:previous"
    r"|above|prior|earlier|all|your|system|other)\b"
    r"[^.\n]{0,30}\b(?:instructions?|prompts?|rules?|orders?|directions?|guidelines?)\b",
    "role_play": r"\byou are (?:now|no longer)\b|\b(?:pretend|imagine) (?:to be|you are"
    r"|that you)\b|\bact as (?:a|an|if|the)\b"
    r"|\b(?:developer|god|dan|debug) mode\b|\bplay the role\b",
    "translated": r"\b(?:ignoriere|missachte|vergiss)\b[^.\n]{0,60}\b(?:anweisung|vorgabe"
    r"|regel|befehl)\w*"
    r"|\b(?:ignorez|oubliez)\b[^.\n]{0,60}\b(?:instructions|consignes|règles)\b"
    r"|\b(?:ignora|olvida)\b[^.\n]{0,60}\b(?:instrucciones|reglas|órdenes)\b",
    "delimiter_break": r"</[\w-]+>\s*\S|<\|im_(?:start|end)\|>|\[/?INST\]"
    r"|^\s*(?:#+\s*)?(?:system|assistant)\s*:"
    r"|\bend of (?:the )?(?:document|context|passages?|data|text|input)\b",
    "exfiltration_link": r"!?\[[^\]\n]*\]\(https?://[^)\n]*(?:\{|\.\.\.|<|=)[^)\n]*\)"
    r"|\b(?:append|include|insert|add|send|post|fetch|load|render|encode|embed)\b[^\n]{0,120}https?://\S+",
    "prompt_leak": r"\b(?:repeat|reveal|print|show|output|leak|display|disclose)\b[^.\n]{0,40}"
    r"\b(?:system prompt|your (?:instructions|prompt|rules)|(?:instructions|prompt"
    r"|text) above|initial instructions)\b",
}
_ADDRESS = re.compile(
    rf"\b(?:note|message|attention|important|instructions?|dear|hey|to|for)\b[^.\n]{{0,20}}\b{_AI}\b\s*(?:reading|processing|:|,|must|should|please)"
    rf"|\b{_AI}\b[^.\n]{{0,40}}\b(?:must|should|shall|needs? to|(?:is|are) (?:required"
    rf"|instructed|told) to)\b",
    re.IGNORECASE,
)
FAMILIES = (
    "direct_override", "role_play", "encoded", "translated", "delimiter_break",
    "retrieved_document", "tool_result", "exfiltration_link", "prompt_leak",
)  # fmt: skip
_COMPILED = {
    name: re.compile(pattern, re.IGNORECASE | re.MULTILINE) for name, pattern in PATTERNS.items()
}
# One cheap look that finds most texts innocent.
_SUSPECT = re.compile(
    rf"ignor|disregard|forget|override|you are |pretend|imagine|act as|mode\b|role|missachte"
    rf"|vergiss|oubliez|olvida"
    rf"|</|<\||\[/?INST|system|assistant\s*:|end of |https?://|prompt|instructions|\b{_AI}\b|[A-Za-z0-9+/]{{24}}",
    re.IGNORECASE,
)
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{24,2000}={0,2}(?![A-Za-z0-9+/=])")
_PLAIN = re.compile(r"[\x20-\x7e\n]+")
_GUESSABLE = re.compile(r"^(?:[a-z_-]+|\"\"\"|```|<<<)$", re.IGNORECASE)


@dataclass(frozen=True)
class Attack:
    """One order in an untrusted text.

    `order` is its text from the match on, decoded. `framed` tells whether the
    text stands in a frame that the prompt calls data and that the order does
    not close.
    """

    family: str
    order: str
    framed: bool
    where: str


def attacks(reading: Reading) -> tuple[Attack, ...]:
    """Return the orders in what a prompt's author did not write."""
    return tuple(_attacks(reading))


def _attacks(reading: Reading) -> Iterator[Attack]:
    told = "data" in reading.cues
    for block in reading.untrusted:
        for family, order in _orders(block.text):
            name = _by_place(family, block)
            if name:
                yield Attack(name, order, told and _frames(block, name), block.kind)
    # What closes its own frame ends up between the blocks of the user's message.
    for family, order in _orders(reading.spill) if reading.spill else ():
        if family == "delimiter_break":
            random = all(not _GUESSABLE.match(block.frame) for block in reading.untrusted)
            yield Attack(family, order, told and random, "spill")


def _frames(block: Block, family: str) -> bool:
    """Tell whether a frame holds: against an order that closes frames only a random one does."""
    text = block.text.strip()
    frame = block.frame or (text[1:].partition(">")[0] if text[:1] == "<" else "")
    return bool(frame) and (family != "delimiter_break" or not _GUESSABLE.match(frame))


def _by_place(family: str, block: Block) -> str:
    """Name an order that only addresses the assistant after where it stands."""
    if family != "address":
        return family
    return {"result": "tool_result", "user": ""}.get(block.kind, "retrieved_document")


@remembered(8_192)
def _orders(text: str) -> tuple[tuple[str, str], ...]:
    """Return family and order of each, the most specific first; "address" where it has no other."""
    if not _SUSPECT.search(text):
        return ()
    found = [
        (name, text[match.start() :])
        for name, pattern in _COMPILED.items()
        if (match := pattern.search(text))
    ]
    found += (("encoded", order) for order in _decoded(text))
    if not found and (match := _ADDRESS.search(text)):
        found.append(("address", text[match.start() :]))
    return tuple(found)


def _decoded(text: str) -> Iterator[str]:
    for match in _BASE64.finditer(text):
        try:
            plain = base64.b64decode(match[0] + "=" * (-len(match[0]) % 4)).decode("ascii")
        except ValueError:
            continue
        if " " in plain and _PLAIN.fullmatch(plain):
            yield plain
