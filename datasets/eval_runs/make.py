"""Draw the paired results of two versions of an assistant on one set of questions.

    python datasets/eval_runs/make.py            write runs.jsonl
    python datasets/eval_runs/make.py --check    exit 1 if the committed file differs

A question's score is a level, plus what its document and the question itself add for
both versions, plus each version's own luck, rounded to tenths. An answer passes from .7.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parent
SEED = 1
TOPICS = (
    "accounts",
    "backup",
    "cloud",
    "email",
    "endpoint",
    "firewall",
    "logging",
    "mobile",
    "patching",
    "phishing",
    "privacy",
    "vpn",
)
DOCUMENTS, FEWEST, MOST = 20, 6, 14
LEVEL, LIFT, PASSES = 0.825, 0.015, 0.7
BY_DOCUMENT, BY_QUESTION, BY_LUCK = 0.10, 0.13, 0.065


def score(draw: Random, level: float) -> float:
    """Return what a grader gives, in tenths from 0 to 1."""
    return round(min(1.0, max(0.0, draw.gauss(level, BY_LUCK))), 1)


def runs(seed: int = SEED, documents: int = DOCUMENTS) -> list[dict[str, Any]]:
    """Draw every question of `documents` documents on each topic, answered by A and by B."""
    draw = Random(seed)
    rows: list[dict[str, Any]] = []
    for place in range(len(TOPICS) * documents):
        document = draw.gauss(LEVEL, BY_DOCUMENT)
        for _ in range(draw.randint(FEWEST, MOST)):
            level = draw.gauss(document, BY_QUESTION)
            scores = {"a": score(draw, level), "b": score(draw, level + LIFT)}
            rows.append(
                {
                    "question": f"Q{len(rows) + 1:03d}",
                    "document": f"D{place + 1:02d}",
                    "topic": TOPICS[place // documents],
                    "a": int(scores["a"] >= PASSES),
                    "b": int(scores["b"] >= PASSES),
                    "score_a": scores["a"],
                    "score_b": scores["b"],
                }
            )
    return rows


def main(arguments: list[str]) -> int:
    """Write the file, or compare it."""
    text = "".join(json.dumps(row) + "\n" for row in runs())
    path = HERE / "runs.jsonl"
    if "--check" in arguments:
        return int(path.read_text(encoding="utf-8") != text)
    path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
