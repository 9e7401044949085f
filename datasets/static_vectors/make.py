"""Distil a vector a word from MiniLM, and measure what a search with such vectors finds.

    python datasets/static_vectors/make.py            write words.json and recall.json
    python datasets/static_vectors/make.py --check    exit 1 if a committed file is further off than stated
    python datasets/static_vectors/make.py --recall   measure from the committed vectors: no model needed

The words are those of the passages and questions of security_beir and the COMMON most
frequent whole words of MiniLM's own vocabulary, which is sorted by frequency. Each is
encoded alone; the mean over all words is taken off, and what is left is projected on the
first DIMENSIONS principal components of MiniLM's vectors of the passages. The questions
take no part in that. Another processor may round another way, so --check allows STEPS
steps in a component.
"""

from __future__ import annotations

import base64
import json
import re
import runpy
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from autograder.content import load  # noqa: E402  # found above
from autograder.interactives.retrieval import (  # noqa: E402  # found above
    FUSION,
    START,
    Index,
    Ranking,
    fused,
    judged,
    texts,
    vectors_of,
    words_of,
)

COMMON, DIMENSIONS, STEPS = 6000, 48, 2
CUTS = (1, 3, 5, 10)


def vocabulary() -> list[str]:
    """Return the words to encode, in alphabetical order."""
    asked = [q["text"] for q in load("security_beir/queries")]
    own = {word for text in [*texts().values(), *asked] for word in words_of(text)}
    pieces = load("practice_provider/tokenizer")["model"]["vocab"]
    whole = [w for w in sorted(pieces, key=pieces.get) if re.fullmatch("[a-z]{2,}", w)]
    return sorted(own | {word for word in whole[:COMMON] if words_of(word)})


def passages_vectors(name: str) -> npt.NDArray[np.float64]:
    """Read MiniLM's own vectors of passages or questions, each of unit length."""
    record = load(f"security_beir/{name}")
    raw = np.frombuffer(base64.b64decode(record["base64"]), dtype=np.int8)
    rows = raw.reshape(record["rows"], record["dimensions"]).astype(float)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def distilled(words: list[str]) -> dict[str, Any]:
    """Encode, centre, project and round."""
    minilm = runpy.run_path(str(HERE.parent / "cwe_vectors" / "make.py"))
    vectors = minilm["embed"](words).astype(float)
    own = passages_vectors("corpus_vectors")
    basis = np.linalg.svd(own - own.mean(axis=0), full_matrices=False)[2][:DIMENSIONS]
    # A component's sign is the solver's choice; its largest entry is made positive.
    basis *= np.sign(basis[np.arange(DIMENSIONS), np.abs(basis).argmax(axis=1)])[:, None]
    record: dict[str, Any] = minilm["packed"]((vectors - vectors.mean(axis=0)) @ basis.T)
    return {"words": " ".join(words), **record}


def recall(record: dict[str, Any]) -> dict[str, Any]:
    """Measure five searches on the questions of security_beir."""
    asked = judged()
    index = Index(texts(), vectors_of(record))
    cosines = passages_vectors("query_vectors") @ passages_vectors("corpus_vectors").T
    names = list(index.texts)
    runs: dict[str, list[Ranking]] = {"BM25": [], "static": [], "MiniLM": []}
    for (query, _), row in zip(asked, cosines, strict=True):
        runs["BM25"].append(index.lexical(query, START["k1"], START["b"]))
        runs["static"].append(index.dense(query))
        ranked = sorted(zip(-row, names, strict=True))
        runs["MiniLM"].append([(name, -score, []) for score, name in ranked])
    for other in ("static", "MiniLM"):
        runs[f"BM25 + {other}"] = [
            fused({"words": a, "vectors": b})
            for a, b in zip(runs["BM25"], runs[other], strict=True)
        ]
    found = {name: _recall(rankings, asked) for name, rankings in runs.items()}
    return {"questions": len(asked), "passages": len(names), "fusion": FUSION, "recall": found}


def _recall(rankings: list[Ranking], asked: list[tuple[str, str]]) -> dict[str, float]:
    """Return the share of questions whose passage is among the first, by cut."""
    names = [[row[0] for row in ranking] for ranking in rankings]
    return {
        str(cut): round(
            sum(gold in ranked[:cut] for ranked, (_, gold) in zip(names, asked, strict=True))
            / len(asked),
            3,
        )
        for cut in CUTS
    }


def near(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Tell whether two files have the same words, and components within the tolerance."""
    if old["words"] != new["words"]:
        return False
    a, b = (np.array(list(vectors_of(record).values())) for record in (old, new))
    return bool(np.abs(a - b).max() <= STEPS)


def show(measured: dict[str, Any]) -> None:
    """Print recall as a table."""
    print(f"{'recall at':16}" + "".join(f"{cut:>8}" for cut in CUTS))
    for name, row in measured["recall"].items():
        print(f"{name:16}" + "".join(f"{row[str(cut)]:8.3f}" for cut in CUTS))
    print(f"{measured['questions']} questions, {measured['passages']} passages; measured")


def written(value: dict[str, Any]) -> str:
    """Give the text of a file."""
    return json.dumps(value) + "\n"


def main(arguments: list[str]) -> int:
    """Write the files, compare them, or measure only."""
    target, results = HERE / "words.json", HERE / "recall.json"
    if "--check" in arguments or "--recall" in arguments:
        record = json.loads(target.read_text(encoding="utf-8"))
        measured = recall(record)
        same = results.read_text(encoding="utf-8") == written(measured)
        if "--check" in arguments:
            same &= near(record, distilled(vocabulary()))
        show(measured)
        print("as built" if same else "a file differs; run make.py")
        return int(not same)
    record = distilled(vocabulary())
    target.write_text(written(record), encoding="utf-8")
    measured = recall(record)
    results.write_text(written(measured), encoding="utf-8")
    show(measured)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
