"""How good an answer is that a model is asked to judge, from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograder.provider.behaviour.key import AnswerKey
from autograder.provider.behaviour.reading import Reading
from autograder.provider.behaviour.sentences import content_stems, overlap, stems, words

__all__ = ["GOOD", "doublings", "quality", "speaks_as"]

GOOD = 0.5  # quality from which an answer is good


def quality(answer: str, reading: Reading, key: AnswerKey | None = None) -> float:
    """Return the key's quality of "question, newline, answer", or the documented reading.

    With a reference answer, it is the share of the reference's content stems
    that the answer has. With passages, it is the mean of the share of the
    answer that the passages have and the share of the question that the answer
    has. With neither, only the latter.
    """
    known = None if key is None else key.truth("quality", f"{reading.item}\n{answer}")
    if known is not None:
        return min(max(float(known), 0.0), 1.0)
    given = stems(answer)
    if reading.reference:
        return overlap(content_stems(reading.reference), given)
    to_the_point = overlap(content_stems(reading.item), given)
    if not reading.passages:
        return to_the_point
    held = frozenset[str]().union(*(stems(passage.text) for passage in reading.passages))
    return (overlap(content_stems(answer), held) + to_the_point) / 2


def doublings(first: str, second: str) -> float:
    """Return how often the second answer's words double to make the first's, within 4 either"
    " way."""
    ratio = max(len(words(first)), 1) / max(len(words(second)), 1)
    return min(max(math.log2(ratio), -4.0), 4.0)


def speaks_as(answer: str, voice: Sequence[str]) -> bool:
    """Tell whether an answer opens as a model does."""
    return answer.strip().startswith(tuple(phrase.strip() for phrase in voice))
