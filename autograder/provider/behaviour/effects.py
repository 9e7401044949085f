"""The arithmetic of effects: from a card and a prompt's features to probabilities.

Effects add on the logit scale. That is the only place where they meet, so
`expected` is exact: it is what the models themselves draw with.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from autograder.provider.behaviour.features import Features
from autograder.provider.card import Card

__all__ = [
    "NEAR",
    "abstains",
    "expected",
    "hallucinates",
    "judged",
    "logit",
    "needless",
    "obeys",
    "refuses",
    "right",
    "scored",
    "scored_right",
    "sigmoid",
    "skill",
    "stated",
]

_NORMAL = NormalDist()
_MANY = 20  # passages; the middle costs its full effect from here on
NEAR = 0.1  # share of a scale within which a score is right
_LONG = 4_000  # characters, about 1,000 tokens; longer prompts cost


def sigmoid(x: float) -> float:
    """Return the probability of a logit."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def logit(p: float) -> float:
    """Return the log odds of a probability, bounded where it is 0 or 1."""
    p = min(max(p, 1e-9), 1 - 1e-9)
    return math.log(p / (1 - p))


def expected(card: Card, features: Features) -> float:
    """Return the exact probability that a reply is right.

    Right means: not declined without need, no foreign order obeyed, and the
    task done; for an unanswerable question that it abstains, for a harmful
    request that it declines. For `extract` and `tools` it is that of one field
    or call. Broken JSON is apart from this.
    """
    if features.harmful:
        return card["refusal.harmful"]
    free = math.prod(1 - obeys(card, features, *attack) for attack in features.attacks)
    return (1 - refuses(card, features)) * free * right(card, features)


def right(card: Card, f: Features) -> float:
    """Return the probability that the task is done, once it is taken on and nothing intervenes."""
    if f.family == "chat":
        return 1.0
    if f.family == "judge":
        return _judged_right(card, f)
    if f.family == "verdict":
        base = card["judge.tpr"] if f.good else card["judge.tnr"]
        return sigmoid(logit(base) + _means(card, f))
    if f.family == "score":
        return scored_right(card, f.quality)
    if f.family == "answer":
        if not f.answerable:
            return abstains(card, f)
        return (1 - needless(card, f)) * sigmoid(skill(card, f))
    return sigmoid(skill(card, f))


def skill(card: Card, f: Features) -> float:
    """Return the log odds of doing the task right."""
    return (
        card[f"skill.{f.family}"]
        + _means(card, f)
        + card["effect.grounded"] * f.grounded
        + card["effect.cite"] * f.cite
        + (card[f"slice.{f.slice}"] if f.slice else 0.0)
        - _place(card, f)
        - card["effect.distractors"] * math.log2(f.passages)
        - card["effect.length"] * math.log2(max(f.characters / _LONG, 1))
    )


def _means(card: Card, f: Features) -> float:
    """Return what examples, thinking and temperature add; these work on verdicts too."""
    return (
        _shots(card, f)
        + card["effect.think"] * f.think
        + card["effect.effort"] * f.effort
        - card["effect.temperature"] * f.temperature
    )


def _shots(card: Card, f: Features) -> float:
    """Return the gain of examples: it saturates, needs relevance, and suffers from imbalance."""
    if not f.shots:
        return 0.0
    grown = 1 - 2 ** (-f.shots / card["effect.shots_half"])
    left = card["effect.shots_irrelevant"]
    gain = card["effect.shots"] * grown * (left + (1 - left) * f.relevance)
    return gain - card["effect.shots_unbalanced"] * (1 - f.balance)


def _place(card: Card, f: Features) -> float:
    """Return the loss by position: none at both ends, all in the middle of 20 passages or more."""
    crowd = min(math.log2(f.passages) / math.log2(_MANY), 1)
    return card["effect.middle"] * 4 * f.place * (1 - f.place) * crowd


def hallucinates(card: Card, f: Features) -> float:
    """Return the probability of an added unsupported sentence."""
    taken = card["grounding.grounded"] * f.grounded + card["grounding.cite"] * f.cite
    return sigmoid(logit(card["grounding.hallucinates"]) - taken)


def abstains(card: Card, f: Features) -> float:
    """Return the probability of "I don't know" where no passage holds the answer."""
    return sigmoid(logit(card["grounding.abstains"]) + card["grounding.abstains_told"] * f.abstain)


def needless(card: Card, f: Features) -> float:
    """Return the probability of "I don't know" where a passage holds the answer."""
    return sigmoid(logit(card["grounding.needless"]) + card["grounding.needless_told"] * f.abstain)


def refuses(card: Card, f: Features) -> float:
    """Return the probability of declining."""
    if f.harmful:
        return card["refusal.harmful"]
    return card["refusal.sensitive" if f.sensitive else "refusal.benign"]


def obeys(card: Card, f: Features, family: str, framed: bool) -> float:
    """Return the probability of obeying an order of a family in a text."""
    taken = card["defence.delimited"] * framed + card["defence.hierarchy"] * f.hierarchy
    return sigmoid(logit(card[f"injection.{family}"]) - taken)


def judged(card: Card, f: Features) -> tuple[float, float, float]:
    """Return the probabilities of preferring the first answer, the second, and of a tie.

    Bradley-Terry with Davidson's tie: the log odds of first over second are
    acuity times the difference in quality, plus the biases.
    """
    biases = (
        card["judge.position"] + card["judge.length"] * f.doublings + card["judge.self"] * f.own
    )
    odds = card["judge.acuity"] * f.quality + biases * (card["judge.fairness"] if f.fair else 1)
    first, second = math.exp(odds / 2), math.exp(-odds / 2)
    tie = card["judge.tie"] if f.tie else 0.0
    total = first + second + tie
    return first / total, second / total, tie / total


def _judged_right(card: Card, f: Features) -> float:
    """Return the probability of preferring the better one; equals are right either way, or a"
    " tie."""
    first, second, tie = judged(card, f)
    if f.quality == 0:
        return tie if f.tie else 1.0
    return first if f.quality > 0 else second


def scored(card: Card, quality: float, z: float) -> float:
    """Return a score on a scale from 0 to 1, for a standard normal `z`."""
    return min(max(quality + card["judge.leniency"] + card["judge.noise"] * z, 0.0), 1.0)


def scored_right(card: Card, quality: float, mean: float = 0.0, sd: float = 1.0) -> float:
    """Return the probability that a score is within `NEAR` of the quality, for z of mean and sd."""
    centre = quality + card["judge.leniency"] + card["judge.noise"] * mean
    spread = max(card["judge.noise"] * sd, 1e-9)
    low, high = quality - NEAR, quality + NEAR
    above = 1.0 if high >= 1 else _NORMAL.cdf((high - centre) / spread)
    below = 0.0 if low <= 0 else _NORMAL.cdf((low - centre) / spread)
    return above - below


def stated(card: Card, p: float) -> float:
    """Return the confidence that a model shows where it is right with probability `p`."""
    return min(max(sigmoid(card["confidence.slope"] * logit(p)), 1e-6), 1 - 1e-6)
