"""The features of a prompt that its outcome depends on, as plain numbers."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from autograder.provider.behaviour.cues import cues as find_cues
from autograder.provider.behaviour.evidence import evidence
from autograder.provider.behaviour.injection import Attack, attacks
from autograder.provider.behaviour.key import AnswerKey
from autograder.provider.behaviour.memory import remembered
from autograder.provider.behaviour.quality import GOOD, doublings, quality, speaks_as
from autograder.provider.behaviour.reading import Family, Reading, Shot, read
from autograder.provider.behaviour.sentences import content_stems, overlap, words
from autograder.provider.card import Card
from autograder.provider.prompt import Prompt

__all__ = ["EFFORTS", "Features", "features", "features_of", "slice_of"]

EFFORTS = {"none": -1, "minimal": -1, "low": -1, "": 0, "medium": 0, "high": 1, "xhigh": 1}
_RELEVANT = 0.2  # share of an example's content stems that the item has too
_SENSITIVE = re.compile(
    r"\b(?:exploit|malware|ransomware|payload|shellcode|rootkit|keylogger|phishing|backdoor|weaponi[sz]e)\w*",
    re.IGNORECASE,
)
_HARMFUL = re.compile(
    r"\b(?:write|create|build|make|develop|give me|generate|craft|code)\b[^.\n]{0,50}"
    r"\b(?:ransomware|malware|keylogger|virus|worm|phishing (?:mail|email|page|site|message"
    r"|kit)|rootkit|shellcode"
    r"|exploit|backdoor|botnet|bomb)\b|\bhow (?:do i|can i|to) (?:hack|break|ddos"
    r"|attack) (?:into )?\w+",
    re.IGNORECASE,
)
_TABLE = re.compile(
    r"^\s*\|.*\|.*\|\s*$|^[^,\n]+(?:,[^,\n]+){3,}\n[^,\n]+(?:,[^,\n]+){3,}$", re.MULTILINE
)
_CODE = re.compile(
    r"```|^\s{4,}\S|\b(?:def|class|import|return)\b.*[:;(]|^\$ |[{};]\s*$|\b\w+\(\)", re.MULTILINE
)
_GERMAN = frozenset(
    [
        "der",
        "die",
        "das",
        "und",
        "ist",
        "nicht",
        "ein",
        "eine",
        "mit",
        "von",
        "auf",
        "für",
        "wird",
        "sind",
        "wurde",
        "dem",
        "den",
        "zu",
        "im",
    ]
)


@dataclass(frozen=True)
class Features:
    """What `expected` and the models themselves look at.

    `place` is where the passage that holds the answer stands: 0 first, 1 last.
    `relevance` is the share of the examples that resemble the item: a fifth of
    its content words at least. `balance` is 1 where no label has more examples
    than its share, 0 where one has all. `effort` is -1, 0 or 1. `attacks` are
    the injection families met, with whether each stands in a frame that is
    called data. `quality`, `doublings` (of length) and `own` (voice) are those
    of the first answer minus those of the second; `good` is for a verdict.
    """

    family: Family = "answer"
    shots: int = 0
    relevance: float = 1.0
    balance: float = 1.0
    passages: int = 1
    place: float = 0.0
    characters: int = 0
    temperature: float = 0.0
    effort: int = 0
    slice: str = ""
    think: bool = False
    grounded: bool = False
    cite: bool = False
    abstain: bool = False
    answerable: bool = True
    sensitive: bool = False
    harmful: bool = False
    hierarchy: bool = False
    attacks: tuple[tuple[str, bool], ...] = ()
    fair: bool = False
    tie: bool = False
    quality: float = 0.0
    doublings: float = 0.0
    own: int = 0
    good: bool = True


def features(card: Card, prompt: Prompt, key: AnswerKey | None = None) -> Features:
    """Return the features of a prompt as one model reads it."""
    reading = read(prompt)
    return features_of(card, prompt, reading, attacks(reading), key)


def features_of(
    card: Card,
    prompt: Prompt,
    reading: Reading,
    met: Sequence[Attack],
    key: AnswerKey | None = None,
) -> Features:
    """Return the features of a prompt that has been read, with the orders that it meets."""
    cues, place, answerable, where = reading.cues, 0.0, True, reading.item
    worth = [quality(answer, reading, key) for answer in reading.judged]
    if reading.family == "answer":
        found = evidence(reading, key)
        answerable, where = found.answerable, found.passage or reading.item
        place = found.index / max(len(reading.passages) - 1, 1)
    return Features(
        family=reading.family,
        shots=len(reading.shots),
        relevance=_relevance(reading.shots, reading.item),
        balance=_balance(reading.shots, len(reading.labels)),
        passages=max(len(reading.passages), 1),
        place=place,
        characters=sum(len(message.text) for message in prompt.messages),
        temperature=prompt.temperature,
        effort=EFFORTS.get(prompt.reasoning_effort, 0),
        slice=slice_of(where),
        think="think" in cues,
        grounded="grounded" in cues,
        cite="cite" in cues,
        abstain="abstain" in cues,
        answerable=answerable,
        sensitive=_SENSITIVE.search(reading.item) is not None,
        harmful=reading.family == "chat" and _HARMFUL.search(reading.item) is not None,
        hierarchy="hierarchy" in find_cues(reading.system),
        attacks=tuple((attack.family, attack.framed) for attack in met),
        fair="fair" in cues,
        tie="tie" in cues,
        **_compared(card, reading, worth),
    )


class _Compared(TypedDict, total=False):
    quality: float
    doublings: float
    own: int
    good: bool


def _compared(card: Card, reading: Reading, worth: Sequence[float]) -> _Compared:
    """Return what judging looks at: both answers' difference, or the one answer's quality."""
    if reading.family == "judge":
        first, second = reading.judged
        own = speaks_as(first, card.voice) - speaks_as(second, card.voice)
        length = doublings(first, second)
        return {"quality": worth[0] - worth[1], "doublings": length, "own": own}
    return {"quality": worth[0], "good": worth[0] >= GOOD} if worth else {}


def _relevance(shots: Sequence[Shot], item: str) -> float:
    if not shots:
        return 1.0
    wanted = content_stems(item)
    alike = sum(overlap(wanted, content_stems(shot.given)) >= _RELEVANT for shot in shots)
    return alike / len(shots)


def _balance(shots: Sequence[Shot], labels: int) -> float:
    """Return 1 minus how far the commonest label is on its way from its share to all examples."""
    fair = math.ceil(len(shots) / labels) if labels else len(shots)
    if len(shots) <= fair:
        return 1.0
    most = max(Counter(shot.wanted for shot in shots).values())
    return 1 - max(most - fair, 0) / (len(shots) - fair)


@remembered(4_096)
def slice_of(text: str) -> str:
    """Name what a text is: "table", "code", "german", or "" for none of them."""
    if _TABLE.search(text):
        return "table"
    if _CODE.search(text):
        return "code"
    told = words(text)
    return "german" if sum(word in _GERMAN for word in told) > max(len(told) / 10, 1) else ""
