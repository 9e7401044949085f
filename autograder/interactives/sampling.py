"""What temperature, top-k and top-p make of a next-token distribution, and the figure of it.

The twelve logits are written by hand. Top-p keeps the smallest set of tokens whose chances
together reach p (Holtzman and others, The Curious Case of Neural Text Degeneration, ICLR 2020).
Temperature comes first, then top-k, then top-p, as in Hugging Face's transformers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import exp, log2

from autograder.drawing import figure, percent, text

__all__ = ["START", "TOKENS", "compute", "draw"]

TOKENS = {
    "phishing": 4.2,
    "stolen": 3.5,
    "compromised": 3.1,
    "vulnerable": 2.9,
    "VPN": 2.2,
    "malicious": 2.0,
    "weak": 1.4,
    "back": 0.8,
    "new": 0.1,
    "window": -0.6,
    "Tuesday": -1.3,
    "sandwich": -2.0,
}
START = {"temperature": 1.0, "k": 10, "p": 90, "seed": 2}
_DRAWS = 20


def compute(values: Mapping[str, float]) -> dict[str, float | list[float]]:
    """Return the chances before and after, what was cut, twenty draws, and what they amount to.

    `values` are named as in `START`; `p` is in percent. Tokens stand by falling logit.
    """
    logits, heat = list(TOKENS.values()), values["temperature"]
    before = _softmax(logits)
    warm = _softmax([one / heat for one in logits]) if heat > 0 else _kept(before, 1)
    some = _kept(warm, int(values["k"]))
    after = _kept(some, _least(some, values["p"] / 100))
    number = sum(one > 0 for one in after)
    return {
        "before": before,
        "warm": warm,
        "after": after,
        "drawn": _drawn(after, int(values["seed"])),
        "number": number,
        "cut": sum(warm[number:]),
        "bitsBefore": _bits(before),
        "bitsAfter": _bits(after),
        "twiceBefore": sum(one * one for one in before),
        "twiceAfter": sum(one * one for one in after),
    }


def _softmax(logits: Sequence[float]) -> list[float]:
    parts = [exp(one - max(logits)) for one in logits]
    return [one / sum(parts) for one in parts]


def _kept(chances: Sequence[float], number: int) -> list[float]:
    """Keep the first ones, scaled to 1."""
    whole = sum(chances[:number])
    return [one / whole if n < number else 0.0 for n, one in enumerate(chances)]


def _least(chances: Sequence[float], share: float) -> int:
    """Count the fewest tokens that have this share together."""
    if share >= 1:
        return len(chances)
    whole, number = 0.0, 0
    while number < len(chances) and whole < share - 1e-9:
        whole += chances[number]
        number += 1
    return max(1, number)


def _bits(chances: Sequence[float]) -> float:
    return -sum(one * log2(one) for one in chances if one > 0)


def _drawn(chances: Sequence[float], seed: int) -> list[float]:
    """Count how often each token comes in twenty draws."""
    drawn = [0.0] * len(chances)
    numbers = _random(seed)
    for _ in range(_DRAWS):
        at, rest = 0, next(numbers)
        while at + 1 < len(chances) and chances[at + 1] > 0 and rest >= chances[at]:
            rest -= chances[at]
            at += 1
        drawn[at] += 1
    return drawn


def _random(seed: int) -> Iterator[float]:
    """Yield numbers from 0 to 1 by mulberry32, whose state is one number of 32 bits."""
    whole = 0xFFFFFFFF
    while True:
        seed = (seed + 0x6D2B79F5) & whole
        t = ((seed ^ (seed >> 15)) * (1 | seed)) & whole
        t = ((t + (((t ^ (t >> 7)) * (61 | t)) & whole)) & whole) ^ t
        yield (t ^ (t >> 14)) / 2**32


def draw() -> str:
    """Draw the chances before the cut and after it, a row for each token."""
    found = compute(START)
    before, after = found["before"], found["after"]
    assert isinstance(before, list)
    assert isinstance(after, list)
    number, cut = int(_one(found["number"])), _one(found["cut"])
    drawn = [part for row in enumerate(TOKENS) for part in _row(*row, before, after)]
    left = len(TOKENS) - number
    return figure(
        "temperature-figure",
        (620, 26 * len(TOKENS) + 40),
        "Top-p cuts the unlikely tokens and shares their chance out",
        f"Bars of {len(TOKENS)} tokens after \N{LEFT DOUBLE QUOTATION MARK}The attacker came in "
        "through a\N{RIGHT DOUBLE QUOTATION MARK}. At temperature 1 the first, phishing, has "
        f"{percent(before[0], 1)}; top-p 0.9 keeps {number} tokens and cuts {left}, which had "
        f"{percent(cut, 1)} together, and phishing has {percent(after[0], 1)}. The entropy falls "
        f"from {_one(found['bitsBefore']):.2f} to {_one(found['bitsAfter']):.2f} bits.",
        [text(130, 16, "chance (outlined: before top-p)"), *drawn],
        f"Temperature 1, top-p 0.9: {left} of {len(TOKENS)} tokens are cut, which had "
        f"{percent(cut, 1)} of the chance. Computed; the logits are written by hand.",
    )


def _row(n: int, token: str, before: Sequence[float], after: Sequence[float]) -> Iterator[str]:
    y, scale = 28 + 26 * n, 900
    yield text(118, y + 17, token, "end", quiet=not after[n])
    for chance, height, style in (
        (after[n], 16, "fill:var(--pst-color-inline-code);fill-opacity:0.4"),
        (before[n], 20, "fill:none;stroke:var(--pst-color-text-base);stroke-width:1.4"),
    ):
        path = f"M130 {y + 12 - height / 2:g}h{chance * scale:.1f}v{height}h{-chance * scale:.1f}Z"
        yield f'<path d="{path}" style="{style}"/>'
    right = 138 + max(before[n], after[n]) * scale
    yield text(round(right, 1), y + 17, percent(after[n]) if after[n] else "cut")


def _one(number: float | list[float]) -> float:
    assert isinstance(number, (int, float))
    return number
