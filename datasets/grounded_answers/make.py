"""Compose answers with marked claims, and the same in RAGTruth's shape.

    python datasets/grounded_answers/make.py            write the files
    python datasets/grounded_answers/make.py --check    exit 1 if a committed file differs

Documents, answers and labels come from the corpus scenario, so every label is
known by construction.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from autograder.scenarios.corpus import Rates, World, compose  # noqa: E402  # found above

SEED = 20
RATES = Rates(supported=0.84, contradicted=0.1, unsupported=0.06)
SHAPED = 40  # answers that are also written in RAGTruth's shape
TYPES = {"contradicted": "Evident Conflict", "unsupported": "Evident Baseless Info"}
VERBS = """
allow allows am answer answers are belong belongs calls came can carries carry climbs comes cost
could credits dates did do does fell fixes gets goes got had has have holds is issues keeps let
lets listens lives may means might must names need needs reaches repairs requires rotates runs
said saw says serves should showed shows stands stays stops take takes took uses waits was were
will works would
"""
ASIDES = (
    "ask for",
    "as asked",
    "from the documents",
    "glad to",
    "hello",
    "here is",
    "i ",
    "let me know",
    "no passage",
    "please",
    "short summary",
    "tell me",
    "thanks",
    "that is all",
    "the documents do not say",
    "this is not covered",
    "unable to answer",
)
SHORT = ("approx.", "e.g.", "i.e.", "incl.", "max.", "no.", "resp.", "vs.")
SPELLED = {
    "one week": "7 days",
    "two weeks": "14 days",
    "three weeks": "21 days",
    "four weeks": "28 days",
    "six weeks": "42 days",
    "one year": "365 days",
    "half an hour": "30 minutes",
    "one hour": "60 minutes",
    "an hour and a half": "90 minutes",
    "two hours": "120 minutes",
    "three hours": "180 minutes",
    "half a day": "12 hours",
    "one day": "24 hours",
    "a day and a half": "36 hours",
    "two days": "48 hours",
    "three days": "72 hours",
}


def documents(world: World) -> list[dict[str, Any]]:
    """List documents with their passages."""
    return [
        {
            "id": document.id,
            "title": document.title,
            "replaces": document.replaces,
            "passages": [{"id": p.id, "text": p.text} for p in document.passages],
        }
        for document in world.public.documents
    ]


def answers(world: World) -> list[dict[str, Any]]:
    """List answers with their claims as marked."""
    questions = {q.id: q.text for q in world.public.questions}
    marked: dict[str, list[dict[str, Any]]] = {answer.id: [] for answer in world.public.answers}
    for claim in world.truth.claims:
        marked[claim.answer].append(
            {
                "start": claim.start,
                "end": claim.end,
                "label": claim.label,
                "change": claim.change,
                "about": claim.about,
            }
        )
    return [
        {
            "id": answer.id,
            "question": questions[answer.question],
            "text": answer.text,
            "confidence": answer.confidence,
            "claims": marked[answer.id],
        }
        for answer in world.public.answers
    ]


def shaped(world: World) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Write the first answers as responses and sources with RAGTruth's fields."""
    texts = {p.id: p.text for d in world.public.documents for p in d.passages}
    answered = {a.answer: a for a in world.truth.answers}
    asked = {a.question: a for a in world.truth.questions}
    responses, sources = [], []
    for number, answer in enumerate(answers(world)[:SHAPED], 1):
        truth = world.public.answers[number - 1]
        shown = dict.fromkeys(claim["about"] for claim in answer["claims"])
        shown |= dict.fromkeys(asked[truth.question].evidence)
        passages = "\n\n".join(f"passage {i}:{texts[p]}" for i, p in enumerate(shown, 1))
        labels = [
            {
                "start": claim["start"],
                "end": claim["end"],
                "text": answer["text"][claim["start"] : claim["end"]],
                "meta": claim["change"],
                "label_type": TYPES[claim["label"]],
                "implicit_true": claim["change"] == "world",
                "due_to_null": False,
            }
            for claim in answer["claims"]
            if claim["label"] in TYPES
        ]
        refused = answered[answer["id"]].abstained and asked[truth.question].answerable
        responses.append(
            {
                "id": str(number),
                "source_id": str(1000 + number),
                "model": "practice",
                "temperature": 0.0,
                "labels": labels,
                "split": "test",
                "quality": "incorrect_refusal" if refused else "good",
                "response": answer["text"],
            }
        )
        sources.append(
            {
                "source_id": str(1000 + number),
                "task_type": "QA",
                "source": "practice",
                "source_info": {"question": answer["question"], "passages": passages},
                "prompt": f"Answer from the passages only: {answer['question']}\n{passages}",
            }
        )
    return responses, sources


def lines(rows: Iterable[dict[str, Any]]) -> str:
    """Write one row a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def rendered() -> dict[str, str]:
    """Give every file's text."""
    world = compose(
        SEED,
        documents=24,
        answers=300,
        rates=RATES,
        icc=0.3,
        phrasings="train",
        realm="grounded answers",
    )
    responses, sources = shaped(world)
    words = {
        "verbs": sorted(VERBS.split()),
        "asides": list(ASIDES),
        "short": list(SHORT),
        "spelled": SPELLED,
    }
    return {
        "documents.jsonl": lines(documents(world)),
        "answers.jsonl": lines(answers(world)),
        "response.jsonl": lines(responses),
        "source_info.jsonl": lines(sources),
        "words.json": json.dumps(words, indent=1) + "\n",
    }


def main(arguments: list[str]) -> int:
    """Write the files, or compare them."""
    different = 0
    for name, text in rendered().items():
        target = HERE / name
        if "--check" not in arguments:
            target.write_bytes(text.encode())
        elif not target.is_file() or target.read_bytes() != text.encode():
            different += 1
            print(f"{name}: differs; run make.py")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
