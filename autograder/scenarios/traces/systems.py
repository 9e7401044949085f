"""Systems that answer from passages, some by shortcuts, and what tells them apart.

A question names a product and a version; the right answer is the id of the
passage of exactly that product that is in force for that version, or
"unknown". A shortcut is one way to be wrong on some questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

__all__ = [
    "ALONE",
    "ANSWERED",
    "COUNT",
    "SHORTCUTS",
    "Library",
    "draw_library",
    "draw_passages",
    "number",
    "questions",
    "respond",
]

Record = dict[str, Any]

# How many cases are asked for; how many must have an answer; how many must name each shortcut.
COUNT, ANSWERED, ALONE = 9, 3, 3
SHORTCUTS = ("family", "text", "closed", "withdrawn", "early", "guesses")


@lru_cache(maxsize=1024)
def number(version: str) -> tuple[int, ...]:
    """Read a version as numbers, so that 3.10 comes after 3.9."""
    return tuple(map(int, version.split(".")))


def follows(version: str, later: str) -> bool:
    """Tell whether `later` is the next minor version."""
    major, minor = number(version)
    return number(later) == (major, minor + 1)


def respond(
    passages: Sequence[Record], product: str, version: str, shortcuts: Sequence[str]
) -> str:
    """Return the id of the passage that answers, or "unknown"."""
    key: Any = str if "text" in shortcuts else number
    asked = key(version)
    last = "unknown"
    for p in passages:
        same = p["product"] == product or (
            "family" in shortcuts and p["product"].split()[0] == product.split()[0]
        )
        if not same or (p["withdrawn"] and "withdrawn" not in shortcuts):
            continue
        above = key(p["from"]) <= asked or ("early" in shortcuts and follows(version, p["from"]))
        below = asked < key(p["before"]) or ("closed" in shortcuts and version == p["before"])
        if above and below:
            return str(p["id"])
        last = str(p["id"])
    return last if "guesses" in shortcuts else "unknown"


def draw_passages(draw: Random) -> list[Record]:
    """Draw passages of four products in two families: ranges, a gap, withdrawn ones.

    The second product of a family begins where the first has half of its ranges
    behind it, so that reading the sibling's passages is wrong on some versions only.
    """
    made: list[Record] = []
    for family in draw.sample(("Gate", "Relay", "Ledger", "Latch", "Quay", "Buoy"), 2):
        major, at = draw.randint(2, 7), draw.randint(1, 4)
        for kind in ("Core", "Edge"):
            ranges = []
            for gap in (0, draw.randint(3, 4), 0, 0):
                ranges.append((at, at + draw.randint(3, 5), False))
                at = ranges[-1][1] + gap
            hole, third = ranges[1][1], ranges[2][0]
            ranges += [(hole, hole + 2, True), (third - 1, third + 2, True)]
            ranges.append((ranges[0][0], ranges[0][0] + 2, True))
            made += [
                {
                    "product": f"{family} {kind}",
                    "from": f"{major}.{low}",
                    "before": f"{major}.{high}",
                    "withdrawn": withdrawn,
                }
                for low, high, withdrawn in ranges
            ]
            at = third
    draw.shuffle(made)
    ids = draw.sample(range(100, 999), len(made))
    return [{"id": f"P{n}", **row} for n, row in zip(ids, made, strict=True)]


def questions(passages: Sequence[Record]) -> list[tuple[str, str]]:
    """Return every product with every version up to two past its last range."""
    tops: dict[str, tuple[int, ...]] = {}
    for p in passages:
        tops[p["product"]] = max(tops.get(p["product"], (0, 0)), number(p["before"]))
    return [
        (product, f"{major}.{minor}")
        for product, (major, top) in sorted(tops.items())
        for minor in range(top + 3)
    ]


def _answers(
    passages: Sequence[Record], asked: Sequence[tuple[str, str]], shortcuts: Sequence[str]
) -> dict[tuple[str, str], str]:
    """Answer every question; only passages of the product's family can matter."""
    shelves: dict[str, list[Record]] = {}
    for p in passages:
        shelves.setdefault(p["product"].split()[0], []).append(p)
    return {q: respond(shelves[q[0].split()[0]], *q, shortcuts) for q in asked}


@dataclass(frozen=True)
class Library:
    """Hold passages and transcripts, which are public, and the weak system's shortcuts, sealed."""

    passages: list[Record]
    planted: tuple[str, ...]
    transcripts: list[Record]


def draw_library(draw: Random) -> Library:
    """Draw passages, two shortcuts, and earlier cases that give just these two away.

    Three of the weak system's answers and two of the strong one's are slips that
    no shortcut explains. Drawn again until the weak system is right on most
    questions that have an answer, its shortcuts show, and cases enough are left.
    """
    while True:
        passages = draw_passages(draw)
        planted = tuple(draw.sample(SHORTCUTS, 2))
        asked = questions(passages)
        right, weak = _answers(passages, asked, ()), _answers(passages, asked, planted)
        answered = [q for q in asked if right[q] != "unknown"]
        if sum(weak[q] != right[q] for q in answered) >= 0.35 * len(answered):
            continue
        seen = draw.sample(asked, 44)
        left = [q for q in asked if q not in seen and weak[q] != right[q]]
        if not _enough(passages, planted, right, left):
            continue
        rows = [
            {"product": q[0], "version": q[1], "expected": right[q]}
            | {"strong": right[q], "weak": weak[q]}
            for q in seen
        ]
        for place, row in enumerate(rows[:5]):
            row["weak" if place < 3 else "strong"] = f"P{draw.randint(1000, 1999)}"
        draw.shuffle(rows)
        if _plain(passages, planted, rows):
            return Library(passages, planted, rows)


def _plain(passages: list[Record], planted: Sequence[str], rows: Sequence[Record]) -> bool:
    """Tell whether each planted shortcut explains three errors more than any other does."""
    wrong = {(r["product"], r["version"]): r["weak"] for r in rows if r["weak"] != r["expected"]}
    explained = {}
    for s in SHORTCUTS:
        alone = _answers(passages, list(wrong), (s,))
        explained[s] = sum(alone[q] == wrong[q] for q in wrong)
    others = max(explained[s] for s in SHORTCUTS if s not in planted)
    return bool(min(explained[s] for s in planted) >= others + 3)


def _enough(
    passages: list[Record],
    planted: Sequence[str],
    right: dict[tuple[str, str], str],
    left: Sequence[tuple[str, str]],
) -> bool:
    """Tell whether cases enough are left that one shortcut alone explains, some with an answer."""
    one, two = (_answers(passages, left, (s,)) for s in planted)
    own = [
        [q for q in left if a[q] != right[q] and b[q] == right[q]]
        for a, b in ((one, two), (two, one))
    ]
    answered = [min(sum(right[q] != "unknown" for q in each), ALONE) for each in own]
    return len(left) > COUNT and min(map(len, own)) > ALONE and sum(answered) >= ANSWERED
