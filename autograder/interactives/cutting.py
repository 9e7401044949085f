"""Chunk size and overlap against what a search hands over, on the security notes.

A chunker cuts every document into windows of `size` tokens that begin every `size` less the
overlap. Which answers lie whole in a window follows from where they stand; what BM25 finds
within a budget of tokens was measured on a grid (`datasets/chunk_grid`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from math import ceil
from typing import Any

from autograder.content import load
from autograder.drawing import Plane, figure, names, percent, percents

__all__ = [
    "BUDGETS",
    "OVERLAPS",
    "SIZES",
    "START",
    "asked",
    "compute",
    "draw",
    "grid",
    "published",
    "tokens",
    "windows",
]

SIZES = (25, 50, 75, 100, 125, 150, 200, 250, 300, 400)
OVERLAPS = (0, 10, 20, 30, 40, 50)  # percent of the size
BUDGETS = (200, 400, 800)
START = {"size": 3, "overlap": 20, "budget": 1}
SHOWN = "runbook-handle_a_lost_laptop"

Row = dict[str, Any]


def tokens(document: str) -> list[tuple[int, int]]:
    """Return the characters of each token, as lesson 16 counts them: a word or a mark."""
    return [found.span() for found in re.finditer(r"\w+|[^\w\s]", document)]


def windows(count: int, size: int, overlap: int) -> list[tuple[int, int]]:
    """Return first token and end of each window of a document; `overlap` in percent."""
    step = _step(size, overlap)
    last = 0 if count <= size else ceil((count - size) / step)
    return [(at * step, min(at * step + size, count)) for at in range(last + 1)]


def _step(size: int, overlap: int) -> int:
    """Return the tokens between two windows' beginnings; halves are rounded up."""
    return size - (size * overlap + 50) // 100


@lru_cache(maxsize=1)
def documents() -> dict[str, str]:
    """Return the security notes by id."""
    return {one["id"]: one["text"] for one in load("security_notes/documents")}


@lru_cache(maxsize=1)
def _counts() -> dict[str, int]:
    return {name: len(tokens(document)) for name, document in documents().items()}


@lru_cache(maxsize=1)
def asked() -> list[tuple[str, int, int]]:
    """Return for each question its document, and first token and end of its whole answer."""
    places = {name: tokens(document) for name, document in documents().items()}
    found = []
    for question in load("security_notes/questions"):
        gold = question["gold"]
        start, end = min(g["start"] for g in gold), max(g["end"] for g in gold)
        spans = places[gold[0]["doc"]]
        inside = [n for n, (a, b) in enumerate(spans) if a < end and start < b]
        found.append((gold[0]["doc"], inside[0], inside[-1] + 1))
    return found


@lru_cache(maxsize=1)
def grid() -> dict[tuple[int, int], Row]:
    """Return what was measured, by size and overlap."""
    return {(row["size"], row["overlap"]): row for row in load("chunk_grid/grid")}


def compute(values: Mapping[str, float]) -> dict[str, float]:
    """Return chunks, tokens to index, and the shares of answers that lie whole and are found.

    `values` are named as in `START`: places in `SIZES` and `BUDGETS`, and percent.
    """
    size, overlap = SIZES[int(values["size"])], int(values["overlap"])
    budget = str(BUDGETS[int(values["budget"])])
    counts = _counts()
    cut = {name: windows(count, size, overlap) for name, count in counts.items()}
    spans = [span for each in cut.values() for span in each]
    whole = sum(any(a <= first and end <= b for a, b in cut[doc]) for doc, first, end in asked())
    row = grid()[size, overlap]
    return {
        "chunks": len(spans),
        "tokens": sum(b - a for a, b in spans),
        "cost": sum(b - a for a, b in spans) / sum(counts.values()),
        "whole": whole / len(asked()),
        "handed": row["handed"][budget],
        "covered": row["covered"][budget],
    }


def published() -> Row:
    """Return what the browser needs: lengths, answers, one text, and the grid."""
    ids = list(documents())
    shown = documents()[SHOWN]
    return {
        "counts": list(_counts().values()),
        "asked": [[ids.index(doc), first, end] for doc, first, end in asked()],
        "shown": ids.index(SHOWN),
        "text": shown,
        "grid": {
            f"{row['size']} {row['overlap']}": [
                [row[key][str(budget)] for budget in BUDGETS] for key in ("handed", "covered")
            ]
            for row in grid().values()
        },
    }


def draw() -> str:
    """Draw what lies whole, what is found and what that costs, by size, with two overlaps."""
    plot = Plane((0, 400), (0, 1), width=470, top=34, height=280)
    budget = BUDGETS[START["budget"]]
    drawn = [
        *plot.rulers(
            [(size, str(size)) for size in (25, 100, 200, 300, 400)], percents(0, 100, 25)
        ),
        *plot.titles("tokens per chunk", "share of the answers"),
    ]
    ends = []
    for overlap, dashes in ((0, ""), (50, ";stroke-dasharray:8 5")):
        found = [compute({**START, "size": n, "overlap": overlap}) for n in range(len(SIZES))]
        for key, colour, name in (
            ("whole", "primary", "whole in a chunk"),
            ("handed", "inline-code", "handed over whole"),
        ):
            points = [(size, one[key]) for size, one in zip(SIZES, found, strict=True)]
            style = f"stroke:var(--pst-color-{colour}){dashes}"
            drawn.append(plot.line(points, style))
            if not overlap:
                ends.append((*plot.at(400, found[-1][key]), name))
    drawn += names(ends)
    small, large = (
        compute({**START, "overlap": 0, "size": SIZES.index(size)}) for size in (50, 200)
    )
    half = compute({**START, "overlap": 50})
    return figure(
        "chunks-figure",
        (700, 390),
        "Larger chunks keep answers whole; a search hands over fewer than lie whole",
        "; ".join(
            f"{size} tokens without overlap: {percent(one['whole'])} whole in a chunk, "
            f"{percent(one['handed'])} handed over within {budget} tokens"
            for size, one in ((50, small), (200, large))
        )
        + f". At 100 tokens, half overlapping: {percent(half['whole'])} whole, "
        f"{half['cost']:.1f} times the tokens to index.",
        drawn,
        f"No overlap (solid) and half of each chunk (dashed); BM25 hands over {budget} tokens. "
        "102 questions. Computed, and measured on a grid of sizes.",
    )
