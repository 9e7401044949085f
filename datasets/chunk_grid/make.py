"""Measure what BM25 hands over of the security notes, by chunk size, overlap and budget.

    python datasets/chunk_grid/make.py            measure, print and write grid.json
    python datasets/chunk_grid/make.py --check    measure and print; exit 1 if grid.json differs

As in lesson 16: a token is a word or a mark, each chunk is indexed with its document's first
line in front (which no budget pays for), BM25 is Lucene's with k1 1.5 and b 0.75, and chunks
are read in rank order up to the first that would exceed the budget.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import snowballstemmer

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from autograder.content import load  # noqa: E402  # found above
from autograder.interactives.cutting import (  # noqa: E402  # found above
    BUDGETS,
    OVERLAPS,
    SIZES,
    tokens,
    windows,
)
from autograder.interactives.retrieval import words_of  # noqa: E402  # found above

Chunk = tuple[str, int, int, int]  # document, first character, end, tokens
stem = snowballstemmer.stemmer("english").stemWord


def chunks(size: int, overlap: int) -> list[Chunk]:
    """Cut every document."""
    made = []
    for document in load("security_notes/documents"):
        spans = tokens(document["text"])
        made += [
            (document["id"], spans[a][0], spans[b - 1][1], b - a)
            for a, b in windows(len(spans), size, overlap)
        ]
    return made


def rankings(cut: list[Chunk]) -> list[list[Chunk]]:
    """Rank the chunks for each question, those without a shared term left out."""
    texts = {one["id"]: one["text"] for one in load("security_notes/documents")}
    index = bm25s.BM25(k1=1.5, b=0.75, method="lucene", dtype="float64")
    shown = [f"{texts[doc].partition(chr(10))[0]}\n{texts[doc][a:b]}" for doc, a, b, _ in cut]
    index.index([[stem(word) for word in words_of(text)] for text in shown], show_progress=False)
    found = []
    for question in load("security_notes/questions"):
        known = [t for t in map(stem, words_of(question["question"])) if t in index.vocab_dict]
        scores = index.get_scores(known) if known else np.zeros(len(cut))
        found.append([cut[n] for n in np.argsort(-scores, kind="stable") if scores[n] > 0])
    return found


def outcome(ranked: list[Chunk], gold: list[dict[str, Any]], budget: int) -> tuple[float, bool]:
    """Return the share of the answer's characters read, and whether one chunk held them all."""
    wanted = {(g["doc"], at) for g in gold for at in range(g["start"], g["end"])}
    spent, held = 0, []
    for doc, start, end, count in ranked:
        spent += count
        if spent > budget:
            break
        held.append({one for one in wanted if one[0] == doc and start <= one[1] < end})
    return len(set().union(*held)) / len(wanted), wanted in held


def measure(size: int, overlap: int) -> dict[str, Any]:
    """Return one row of the grid."""
    ranked, gold = rankings(chunks(size, overlap)), load("security_notes/questions")
    row: dict[str, Any] = {"size": size, "overlap": overlap, "handed": {}, "covered": {}}
    for budget in BUDGETS:
        found = [
            outcome(one, question["gold"], budget)
            for one, question in zip(ranked, gold, strict=True)
        ]
        row["covered"][str(budget)] = round(sum(share for share, _ in found) / len(found), 4)
        row["handed"][str(budget)] = round(sum(whole for _, whole in found) / len(found), 4)
    return row


def show(row: dict[str, Any]) -> None:
    """Print one row."""
    shares = "   ".join(
        f"{budget}: {row['handed'][budget]:.2f} {row['covered'][budget]:.2f}"
        for budget in map(str, BUDGETS)
    )
    print(f"size {row['size']:3}, overlap {row['overlap']:2} %   {shares}")


def main(arguments: list[str]) -> int:
    """Write the file, or compare it."""
    print("by budget: share of answers handed over whole, share of their characters; measured")
    rows = []
    for size in SIZES:
        for overlap in OVERLAPS:
            rows.append(measure(size, overlap))
            show(rows[-1])
    target, text = HERE / "grid.json", json.dumps(rows) + "\n"
    if "--check" in arguments:
        same = target.read_text(encoding="utf-8") == text
        print("as built" if same else "grid.json differs; run make.py")
        return int(not same)
    target.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
