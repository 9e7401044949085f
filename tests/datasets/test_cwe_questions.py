"""The paraphrased questions are well formed, judged by rule, and do not quote their answers."""

from __future__ import annotations

import hashlib
import re
import runpy
from collections import Counter
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
import snowballstemmer
import yaml

from autograder.content import load

HERE = Path(__file__).resolve().parents[2] / "datasets" / "cwe_questions"
COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be but by for from if in into is it its no not of on one or our out so "
        "such than that the their them then there these they this to was we were which who will "
        "with you",
    )
)


def stems(text: str) -> set[str]:
    found = [w for w in re.findall(r"\b\w\w+\b", text.lower()) if w not in COMMON]
    return set(snowballstemmer.stemmer("english").stemWords(found))


@pytest.fixture(scope="module")
def weaknesses() -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in load("cwe/weaknesses")}


def test_make_rebuilds_every_file_bit_for_bit() -> None:
    """The committed files are exactly what make.py writes."""
    assert runpy.run_path(str(HERE / "make.py"))["main"](["--check"]) == 0


def test_hash_and_rows_are_as_described() -> None:
    """dataset.yaml states each file's digest and number of rows."""
    described = yaml.safe_load((HERE / "dataset.yaml").read_text(encoding="utf-8"))
    for entry in described["files"]:
        raw = (HERE / entry["path"]).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == entry["sha256"]
        assert len(load(f"cwe_questions/{entry['name']}")) == entry["rows"]


def test_there_are_24_different_questions_of_each_kind() -> None:
    """Four kinds of 24, no question and no answer within a kind twice."""
    questions = load("cwe_questions/questions")
    assert Counter(q["kind"] for q in questions) == dict.fromkeys(
        ("plain", "symptom", "code", "jargon"), 24
    )
    assert len({q["question"] for q in questions}) == len(questions)
    assert len({(q["kind"], q["answer"]) for q in questions}) == len(questions)


def test_gains_follow_from_the_links(weaknesses: dict[str, dict[str, Any]]) -> None:
    """The answer has gain 2, its live parents and children 1, and nothing else has any."""
    judged = load("cwe_questions/judgements")
    for q in load("cwe_questions/questions"):
        answer = q["answer"]
        assert not weaknesses[answer]["deprecated"]
        near = {n for n, w in weaknesses.items() if answer in w["parents"]}
        near |= set(weaknesses[answer]["parents"])
        live = {n for n in near if not weaknesses[n]["deprecated"]}
        assert judged[q["id"]] == dict.fromkeys(live, 1) | {answer: 2}


def test_questions_do_not_quote_their_answers(weaknesses: dict[str, dict[str, Any]]) -> None:
    """On average under a tenth of a question's stems stand in its answer; none quotes its name."""
    shares, quoted = [], 0
    for q in load("cwe_questions/questions"):
        asked, entry = stems(q["question"]), weaknesses[q["answer"]]
        shares.append(len(asked & stems(entry["description"])) / len(asked))
        quoted += stems(entry["name"]) <= asked
    assert fmean(shares) < 0.1
    assert quoted == 0
