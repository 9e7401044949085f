"""Compose questions, answers and labels for calibrating a judge.

    python datasets/judged_answers/make.py            write the files
    python datasets/judged_answers/make.py --check    exit 1 if a committed file differs

A reference is six facts, one sentence each. An answer holds some of them, in an
order of its own, and filler that says nothing; so what it is worth and how long
it is are set apart from each other, by hand.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).resolve().parent
SEED = 21
QUESTIONS = 100
TUNED, KNOWN, LABELLED, MONTH = 40, 25, 260, 400  # answers; KNOWN: questions tuned on
PRODUCTS = ("Fenlock", "Quillbase", "Sandport", "Brackwater", "Ivyline", "Marrowgate", "Tolpuddle")
JOBS = (
    "restore a backup of", "move a tenant of", "renew the certificate of", "resize the cluster of",
    "export the audit trail of", "rotate the signing secret of", "archive a project of",
    "roll back an upgrade of", "freeze the billing of", "merge two workspaces of",
)  # fmt: skip
FACTS = (
    "Open the {colour} console with an owner account.",
    "Pause ingestion for {n} minutes beforehand.",
    "Write down checksum {code} from the summary tab.",
    "Allow {n} gigabytes of scratch disk.",
    "Pick region {place} in the dropdown menu.",
    "Detach replicas named {word}.",
    "Expect {n} warnings about stale sessions.",
    "Type the confirmation phrase {word}-{code}.",
    "Tell auditors through channel {place}.",
    "Keep port {n} reachable for heartbeats.",
    "Delete leftover locks under folder {word}.",
    "Compare row counts within {n} percent.",
    "Wait for badge {colour} beside each shard.",
    "Sign the handover form {code}.",
    "Reattach webhooks labelled {place}.",
    "Schedule a rehearsal every {n} weeks.",
)
FILLER = (
    "That is a very good thing to ask.",
    "There are many ways in which one might look at this.",
    "As with so much in practice, it depends on what you need.",
    "It is always wise to take your time and to be careful.",
    "Many people find this hard at first, and that is quite normal.",
    "We hope that this is of some help to you.",
    "Please reach out at any moment if anything is unclear.",
    "All in all, good results come from good habits.",
)
COLOURS = ("amber", "teal", "violet", "crimson", "indigo", "ochre", "olive", "scarlet")
PLACES = ("arden", "bexley", "corran", "dunmore", "elstow", "farrow", "glasson", "hurst")
WORDS = ("lantern", "pebble", "thistle", "walnut", "saddle", "copper", "feather", "harbour")
Row = dict[str, Any]


def questions(draw: Random) -> list[Row]:
    """Draw questions, each with a reference of six facts, in MT-Bench's shape."""
    asked = draw.sample([(job, product) for job in JOBS for product in PRODUCTS] * 2, QUESTIONS)
    rows = []
    for number, (job, product) in enumerate(asked, start=201):
        facts = [
            fact.format(
                colour=draw.choice(COLOURS),
                n=draw.randint(2, 99),
                code=f"{draw.choice('kmpqrt')}{draw.randint(100, 999)}",
                place=draw.choice(PLACES),
                word=draw.choice(WORDS),
            )
            for fact in draw.sample(FACTS, 6)
        ]
        version = f"{product} {draw.randint(2, 9)}"
        rows.append(
            {
                "question_id": number,
                "category": "operations",
                "turns": [f"How do I {job} {version}?"],
                "reference": [" ".join(facts)],
            }
        )
    return rows


def answer(draw: Random, question: Row, facts: int, filler: int) -> str:
    """Return some of the reference's facts among sentences that say nothing."""
    known = [f"{fact.strip('.')}." for fact in question["reference"][0].split(". ")]
    said = draw.sample(known, facts) + [draw.choice(FILLER) for _ in range(filler)]
    return " ".join(draw.sample(said, len(said))) or FILLER[0]


def answers(draw: Random, asked: list[Row]) -> list[Row]:
    """Let two systems answer all questions: one terse and better, one wordy and worse."""
    rows = []
    for system, facts, filler in (("terse-2", (3, 6), (0, 2)), ("ample-1", (2, 5), (6, 14))):
        for question in asked:
            text = answer(draw, question, draw.randint(*facts), draw.randint(*filler))
            rows.append(
                {
                    "question_id": question["question_id"],
                    "answer_id": f"{system}-{question['question_id']}",
                    "model_id": system,
                    "choices": [{"index": 0, "turns": [text]}],
                    "tstamp": 1790000000.0 + len(rows),
                }
            )
    return rows


def single(draw: Random, asked: list[Row], share_good: float, count: int, mark: str) -> list[Row]:
    """Draw single answers; one is good where it has four to six of the six facts."""
    rows = []
    for number in range(1, count + 1):
        question, good = draw.choice(asked), draw.random() < share_good
        text = answer(draw, question, draw.choice((4, 5, 6) if good else (0, 1, 2)), 2)
        rows.append(
            {
                "id": f"{mark}{number:03d}",
                "question_id": question["question_id"],
                "answer": text,
                "human": "pass" if good else "fail",
            }
        )
    return rows


def verdicts(draw: Random) -> list[Row]:
    """Draw a small verdict table in the shape of MT-Bench's pairwise judgements."""
    rows = []
    for number in range(81, 141):
        lead = draw.gauss(0.9, 1.2)
        games = []
        for shown_first in (1, -1):
            pull = shown_first * lead + 0.5 + draw.gauss(0, 0.6)
            first, second = ("model_1", "model_2")[::shown_first]
            games.append("tie" if abs(pull) < 0.25 else first if pull > 0 else second)
        if draw.random() < 0.05:
            games[draw.randrange(2)] = "error"
        rows.append(
            {
                "question_id": number,
                "model_1": "terse-2",
                "model_2": "ample-1",
                "g1_winner": games[0],
                "g2_winner": games[1],
                "judge": ["practice-judge", "pair-v2"],
                "turn": 1,
                "tstamp": 1790001000.0 + number,
            }
        )
    return rows


def build() -> dict[str, str]:
    """Return the text of every file by its name."""
    draw = Random(SEED)
    asked = questions(draw)
    tables = {
        "questions.jsonl": asked,
        "answers.jsonl": answers(draw, asked),
        "tuned.jsonl": single(draw, asked[:KNOWN], 0.5, TUNED, "t"),
        "labelled.jsonl": single(draw, asked, 0.5, LABELLED, "c"),
        "pair_judgements.jsonl": verdicts(draw),
        "month.jsonl": single(draw, asked, 0.88, MONTH, "m"),
    }
    return {
        name: "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        for name, rows in tables.items()
    }


def main(arguments: list[str]) -> int:
    """Write the files, or compare them."""
    different = 0
    for name, text in build().items():
        target = HERE / name
        if "--check" not in arguments:
            target.write_bytes(text.encode())
        elif not target.is_file() or target.read_bytes() != text.encode():
            different += 1
            print(f"{name}: differs; run make.py")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
