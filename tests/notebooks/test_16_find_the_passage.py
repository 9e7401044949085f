"""Lesson 16's figures, oracles, libraries and prose say the same thing."""

from __future__ import annotations

import math
import re
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import bm25s
import ir_measures
import numpy as np
import pytest

from autograder import content
from autograder.authoring.lesson import Lesson
from autograder.judging import judge_in_process

LESSON = "16_find_the_passage"
TASKS = [task.id for task in content.course().lesson(LESSON).tasks]


def test_predictions_come_out_as_the_text_says(solved: dict[str, Any]) -> None:
    """Each number the prose reads off an output is the one the cell computes."""
    outcomes = solved["outcomes"]
    assert outcomes["torn_by_windows"] == 55
    assert outcomes["ndcg_at_4"] == 0.639
    assert outcomes["shared_terms"] == 0.64
    assert outcomes["paraphrased_mrr"] == pytest.approx(0.139)
    assert outcomes["best_at_200"] == "overlap"
    assert outcomes["no_shared_term"] == 51
    assert outcomes["chunks_of_7500"] == 24
    assert outcomes["context_usd"] == pytest.approx(6.0)
    assert outcomes["usd_per_extra"] == pytest.approx(0.0048)


def test_figures_of_the_name_test_are_the_ones_measured(solved: dict[str, Any]) -> None:
    """MRR@10 of the live names, among all entries and among live ones; then of all names."""
    names = [w["name"] for w in solved["live"]]
    texts = [w["description"] for w in solved["live"] + solved["stale"]]
    find, mrr = solved["find"], solved["mrr"]
    assert mrr(find(texts, names)) == pytest.approx(0.739, abs=5e-4)
    assert mrr(find(texts, names, solved["words"])) == pytest.approx(0.648, abs=6e-4)
    assert mrr(find(texts[: len(names)], names)) == pytest.approx(0.740, abs=5e-4)
    everyone = [w["name"] for w in solved["live"] + solved["stale"]]
    assert mrr(find(texts, everyone)) == pytest.approx(0.722, abs=1e-3)


def test_the_comparison_is_the_one_the_text_reads(solved: dict[str, Any]) -> None:
    """At 400 tokens: who covers what, what titles add, what is torn."""
    at_400 = {name: values[7] for name, values in solved["curves"].items()}
    assert {name: tuple(values.round(2)) for name, values in at_400.items()} == {
        "window": (0.65, 0.31),
        "overlap": (0.66, 0.45),
        "blocks": (0.68, 0.68),
        "whole": (0.30, 0.30),
        "yours": (0.59, 0.59),
    }
    gains = [at_400[name][0] - solved["bare"][name][1] for name in at_400 if name != "whole"]
    assert (round(min(gains), 2), round(max(gains), 2)) == (0.11, 0.28)
    assert [row[2] for row in solved["rows"].values()] == [55, 34, 0, 0, 0]
    assert solved["gaps"] == {
        "blocks - yours at 400": [0.09, 0.02, 0.16],
        "blocks - yours at 450": [-0.01, -0.06, 0.04],
    }
    lead = {name: values[:, 1] for name, values in solved["curves"].items()}
    wins = [max(lead, key=lambda name: lead[name][at]) == "whole" for at in range(16)]
    assert wins.index(True) == solved["budgets"].index(500)
    sizes = sorted(solved["size"](d["text"]) for d in solved["documents"])
    assert (sizes[0], sizes[-1], np.median(sizes)) == (293, 639, 409)
    whole = [b for d in solved["documents"] for b in solved["blocks"](d["text"])]
    assert sum(kind in ("code", "table") for kind, _, _ in whole) == 87


def test_causes_of_failure_are_as_told(solved: dict[str, Any], lesson: Lesson) -> None:
    """Of 96, 51 without a shared term, 19 crowded out, none stale."""
    counts = {cause: len(ids) for cause, ids in solved["explained"]["causes"].items()}
    assert counts == {"vocabulary": 51, "stale": 0, "crowded": 19}
    assert len(solved["questions"]) == 96
    ranked = solved["find"](solved["names"], ["self-reported DNS name"], k=1)
    assert solved["weaknesses"][ranked[0][0]]["deprecated"]
    asked = {q["id"]: q for q in solved["questions"]}
    loose = [
        name
        for name in solved["explained"]["causes"]["crowded"]
        if set(solved["terms"](asked[name]["question"]))
        & set(solved["terms"](solved["passages"][asked[name]["answer"]]["text"]))
        <= {"from", "it", "one", "between", "can"}
    ]
    assert len(loose) == 7


def test_oracle_agrees_with_bm25s_on_the_whole_corpus(judge: ModuleType) -> None:
    """bm25s's variant `lucene`, in double precision, gives every score to 1e-9."""
    texts = [w["description"] for w in content.load("cwe/weaknesses")]
    index = bm25s.BM25(k1=1.2, b=0.7, method="lucene", dtype="float64")
    index.index([judge.terms(text) for text in texts], show_progress=False)
    queries = [q["question"] for q in content.load("cwe_questions/questions")][::12]
    ours = judge.bm25_of(queries, texts, 1.2, 0.7)
    for query, scores in zip(queries, ours, strict=True):
        known = [t for t in judge.terms(query) if t in index.vocab_dict]
        assert np.abs(np.array(scores) - index.get_scores(known)).max() < 1e-9


def test_oracle_agrees_with_ir_measures_on_random_runs(judge: ModuleType) -> None:
    """P, R, RR and nDCG agree to 1e-12 on 200 drawn rankings without ties."""
    draw = Random(16)
    for _ in range(200):
        pool = [f"d{n}" for n in range(12)]
        gains = {name: draw.randint(0, 3) for name in draw.sample(pool, 7)} | {"sure": 1}
        ranked = draw.sample([*pool, "sure"], draw.randint(1, 13))
        k = draw.randint(1, 10)
        names = ("P", "R", "RR", "nDCG")
        measures = {name: ir_measures.parse_measure(f"{name}@{k}") for name in names}
        run = {"q": {name: -float(rank) for rank, name in enumerate(ranked)}}
        theirs = ir_measures.calc_aggregate(list(measures.values()), {"q": gains}, run)
        ours = judge.measures_of(ranked, gains, k)
        for name, measure in measures.items():
            assert math.isclose(ours[name], theirs[measure], rel_tol=1e-12, abs_tol=1e-12)


def test_the_lesson_cuts_and_counts_as_the_judge_does(
    solved: dict[str, Any], judge: ModuleType
) -> None:
    """The given functions and the judge's copies agree on every document and description."""
    assert solved["STOP"] == judge.STOP
    for document in solved["documents"]:
        assert solved["blocks"](document["text"]) == judge.blocks(document["text"])
        assert solved["size"](document["text"]) == judge.size(document["text"])
    for weakness in solved["weaknesses"]:
        assert solved["terms"](weakness["description"]) == judge.terms(weakness["description"])


def test_units_are_what_each_kind_promises(judge: ModuleType) -> None:
    """A step ends at the next step or heading, a section at a heading, a block stands alone."""
    doc = "# T\n\n1. Do.\n\n```\nx\n```\n\nThen note.\n\n2. Go.\n\n## S\n\nEnd.\n\nMore.\n"
    heads = {
        kind: [doc[a:b].split("\n")[0] for a, b in judge.units(doc, kind)]
        for kind in ("runbook", "advisory", "reference")
    }
    assert heads == {
        "runbook": ["# T", "2. Go.", "## S", "More."],
        "advisory": ["# T", "## S"],
        "reference": ["# T", "```", "Then note.", "2. Go.", "## S", "More."],
    }


@pytest.mark.parametrize("limit", [40, 80, 160])
def test_reference_chunks_keep_every_promise_on_every_document(
    solved: dict[str, Any], judge: ModuleType, limit: int
) -> None:
    """The stated invariants hold for all 32 documents, at limits the judge does not draw too."""
    for document in solved["documents"]:
        chunks = solved["chunk_document"](document["text"], document["kind"], limit)
        judge._sound(document["text"], document["kind"], limit, chunks)


@pytest.mark.parametrize("task", TASKS)
def test_another_seed_is_another_case(solved: dict[str, Any], task: str) -> None:
    """Answers of one case, sent back on another, do not get full marks."""
    name = task

    replies: list[Any] = []

    def remember(*args: Any) -> Any:
        replies.append(solved[name](*args))
        return replies[-1]

    [first] = judge_in_process(LESSON, task, {name: remember}, [1])
    assert first.full
    again = iter(replies * 2)
    [second] = judge_in_process(LESSON, task, {name: lambda *args: next(again)}, [2])
    assert not second.full


def test_examples_in_the_text_hold(solved: dict[str, Any]) -> None:
    """The worked example of every task is what its reference returns."""
    doc = "1. Stop it.\n\n```\nstop\n```\n\n2. Wait.\n"
    chunks = solved["chunk_document"](doc, "runbook", 15)
    assert [solved["size"](c["text"]) for c in chunks] == [12, 4]
    scores = solved["bm25"]("keys", ["rotate keys", "lost laptop"], 1.5, 0.75)
    assert [round(score, 3) for score in scores] == [0.277, 0.0]
    got = solved["score_run"]({"q": ["a", "x", "b", "y"]}, {"q": {"b": 2, "c": 1, "a": 1}}, 4)
    assert {name: round(value, 3) for name, value in got.items()} == {
        "P": 0.5,
        "R": 0.667,
        "RR": 1.0,
        "nDCG": 0.639,
    }
    chunks = [
        {"doc": "a", "start": 40, "end": 80, "tokens": 60},
        {"doc": "a", "start": 80, "end": 120, "tokens": 50},
    ]
    gold = [[{"doc": "a", "start": 50, "end": 100}]]
    assert solved["recall_at_budget"]({"c": [chunks]}, gold, 100) == {"c": 0.6}
    question = {"id": "1", "kind": "x", "text": "keys", "gold": "g", "ranked": ["old", "x", "g"]}
    passages = {name: {"text": "a key", "deprecated": name == "old"} for name in ("old", "x", "g")}
    told = solved["explain_failures"]([question], passages, 2, 1)
    assert told["causes"] == {"vocabulary": [], "stale": ["1"], "crowded": []}


def test_model_answer_keeps_to_its_length(lesson: Lesson) -> None:
    """The written part asks for at most 200 words and its model answer obeys."""
    [written] = lesson.with_role("written")
    model = re.sub(r"### (BEGIN|END) SOLUTION", "", written.source)
    assert len(model.split()) <= 200


def test_no_corpus_entry_needs_the_checkout() -> None:
    """Entries read no file and import nothing of the course's."""
    for path in sorted(Path(content.lesson_dir(LESSON) / "corpus").glob("*.py")):
        assert not re.search(r"\bopen\(|\bautograder\b|\bload\(", path.read_text(encoding="utf-8"))
