"""The corpus scenario: solvable, not guessable, and its gold consistent by construction."""

from __future__ import annotations

import doctest
import hashlib
import json
import math
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograder.scenarios
from autograder.channel.codec import decode, encode
from autograder.errors import ContentError
from autograder.scenarios import corpus, labelled_corpus, open_corpus
from autograder.scenarios.corpus import Claim, Rates, World, compose, plain
from autograder.scenarios.corpus.family import HELD_OUT, TRAIN
from autograder.scenarios.corpus.sealed import (
    Change,
)
from autograder.scenarios.corpus.versions import STYLES
from tests.scenarios.careful_reader import FAMILIES, CarefulReader

SEEDS = range(40)


@lru_cache(maxsize=256)
def world(seed: int) -> World:
    return compose(seed)


def worlds() -> Iterator[World]:
    yield from map(world, SEEDS)


def passages(w: World) -> dict[str, str]:
    return {p.id: p.text for d in w.public.documents for p in d.passages}


def assert_solved(w: World, **options: Any) -> None:
    reader = CarefulReader(w.public, **options)
    judged = {c.id: reader.judge(c.text) for c in w.truth.claims}
    assert {c.id: (c.label, c.evidence) for c in w.truth.claims} == {
        claim: (verdict.label, verdict.evidence) for claim, verdict in judged.items()
    }


# Solvable.


def test_a_careful_reader_recovers_every_label_and_its_evidence() -> None:
    """A program that knows the language and reads only public documents is never wrong."""
    for w in worlds():
        assert_solved(w)
    assert sum(len(w.truth.claims) for w in worlds()) > 2_000


def test_the_full_size_world_is_solved_too() -> None:
    """So it is with sixty documents and two hundred answers."""
    assert_solved(compose(3, documents=60, answers=200))


def test_a_careful_reader_recovers_every_fact_in_force() -> None:
    """Nothing is stated that the truth does not list, and nothing listed goes unstated."""
    for w in worlds():
        listed = {
            (f.entity, f.attribute): (f.value, f.passage) for f in w.truth.facts if f.in_force
        }
        assert CarefulReader(w.public).facts == listed


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 2**63 - 1),
    documents=st.integers(8, 30),
    answers=st.integers(1, 15),
    icc=st.sampled_from([0.0, 0.1, 0.4, 0.9]),
    most=st.integers(1, 8),
    phrasings=st.sampled_from(["all", "held_out", "train", (0,), (1, 3)]),
    supported=st.sampled_from([0.0, 0.3, 0.9, 1.0]),
)
def test_any_parameters_give_a_world_that_can_be_solved(
    seed: int,
    documents: int,
    answers: int,
    icc: float,
    most: int,
    phrasings: Any,
    supported: float,
) -> None:
    """Sizes, rates, correlation and phrasings never make a claim undecidable."""
    rest = (1 - supported) / 2
    w = compose(
        seed,
        documents=documents,
        answers=answers,
        rates=Rates(supported, rest, rest),
        icc=icc,
        claims=(1, most),
        phrasings=phrasings,
    )
    assert_solved(w)
    assert len(w.public.documents) == documents
    assert len(w.public.answers) == answers


# Consistent.


def test_spans_are_exact() -> None:
    """Each span of the truth and of the public view cuts out the text that it says."""
    for w in worlds():
        texts = {d.id: d.text for d in w.public.documents}
        replies = {a.id: a.text for a in w.public.answers}
        for d in w.public.documents:
            for p in d.passages:
                assert d.text[p.start : p.end] == p.text
        for a in w.public.answers:
            for c in a.citations:
                assert a.text[c.start : c.end] == f"[{c.passage}]"
        for claim in w.truth.claims:
            assert replies[claim.answer][claim.start : claim.end] == claim.text
        for item in w.truth.personal_data:
            assert texts[item.document][item.start : item.end] == item.text
        for order in w.truth.injections:
            assert texts[order.document][order.start : order.end] in passages(w)[order.passage]


def test_a_fact_stands_in_its_span() -> None:
    """The clause of a fact contains its value and its item, inside its passage."""
    for w in worlds():
        texts = {d.id: d.text for d in w.public.documents}
        for f in w.truth.facts:
            clause = texts[f.document][f.start : f.end]
            assert clause in passages(w)[f.passage]
            assert f.attribute.split(": ")[1] in clause
            if f.value not in ("yes", "no"):
                assert all(part in clause for part in f.value.split(" to "))


def test_supported_is_stated_contradicted_is_not_and_unsupported_has_no_value() -> None:
    """A label follows from the facts in force, and from nothing else."""
    for w in worlds():
        in_force = {(f.entity, f.attribute): f for f in w.truth.facts if f.in_force}
        for c in w.truth.claims:
            fact = in_force.get((c.entity, c.attribute.split(" at ")[0]))
            assert (fact is None) == (c.label == "unsupported") == (c.evidence == ())
            if fact and " at " not in c.attribute:
                assert (fact.value == c.value) == (c.label == "supported")
                assert c.evidence == (fact.passage,)


def test_a_change_says_what_makes_a_claim_wrong() -> None:
    """A stale value stood in the older revision, another product's is its own, and so on."""
    seen: Counter[str] = Counter()
    for w in worlds():
        stale = {(f.entity, f.attribute, f.value) for f in w.truth.facts if not f.in_force}
        held = {(f.attribute, f.value) for f in w.truth.facts if f.in_force}
        ordered = {(i.entity, i.attribute, i.value) for i in w.truth.injections}
        for c in w.truth.claims:
            seen[c.change] += 1
            assert (c.change == "") == (c.label == "supported")
            assert (c.change in ("absent", "world")) == (c.label == "unsupported")
            key = c.entity, c.attribute, c.value
            assert key in stale or c.change != "stale"
            assert key in ordered or c.change != "injected"
            if c.change == "entity" and not c.attribute.startswith(("owner", "role")):
                assert (c.attribute, c.value) in held
    assert {change for change in seen if change} == set(get_args(Change)) - {""}


def test_contradictions_are_between_a_stale_and_the_current_revision() -> None:
    """Both speak of one thing, with different values, and the newer document says which holds."""
    for w in worlds():
        facts = {f.id: f for f in w.truth.facts}
        replaces = {d.replaces: d for d in w.public.documents if d.replaces}
        assert w.truth.contradictions
        for pair in w.truth.contradictions:
            old, new = facts[pair.stale], facts[pair.current]
            assert (old.entity, old.attribute) == (new.entity, new.attribute)
            assert old.value != new.value
            assert replaces[old.document].id == new.document
            assert (old.in_force, new.in_force) == (False, True)


def test_superseded_documents_are_named_by_what_replaced_them() -> None:
    """The public view says which document is in force; dates agree."""
    for w in worlds():
        documents = {d.id: d for d in w.public.documents}
        said = {(d.replaces, d.id) for d in w.public.documents if d.replaces}
        assert said == {(s.document, s.by) for s in w.truth.superseded}
        for s in w.truth.superseded:
            old, new = documents[s.document], documents[s.by]
            assert (old.number, old.revision + 1) == (new.number, new.revision)
            assert old.date < new.date
            assert f"It replaces revision {old.revision}." in new.text


def test_a_citation_resolves_and_supports_exactly_where_it_says_so() -> None:
    """It resolves where the passage exists; it supports where the evidence is what it names."""
    flaws: Counter[str] = Counter()
    for w in worlds():
        cited = {c.id: c.passage for a in w.public.answers for c in a.citations}
        claims = {c.id: c for c in w.truth.claims}
        assert set(cited) == {c.citation for c in w.truth.citations}
        for c in w.truth.citations:
            flaws[c.flaw] += 1
            claim = claims[c.claim]
            assert claim.citation == c.citation
            assert c.resolves == (cited[c.citation] in passages(w)) == (c.flaw != "dangling")
            right = claim.label == "supported" and claim.evidence == (cited[c.citation],)
            assert c.supports == right == (c.flaw == "")
    assert sorted(flaws) == ["", "contradicts", "dangling", "elsewhere", "silent", "superseded"]


def test_a_question_is_answerable_where_a_document_in_force_says_it() -> None:
    """And the passage that does is its evidence; answers that abstain make no claims."""
    for w in worlds():
        home = {(f.entity, f.attribute): f.passage for f in w.truth.facts if f.in_force}
        for q in w.truth.questions:
            passage = home.get((q.entity, q.attribute.split(" at ")[0]))
            assert (q.answerable, q.evidence) == (
                passage is not None,
                (passage,) if passage else (),
            )
        for a in w.truth.answers:
            own = [c for c in w.truth.claims if c.answer == a.answer]
            assert a.claims == tuple(c.id for c in own)
            assert a.abstained == (own == [])
            assert a.errors == sum(c.label != "supported" for c in own)


def test_no_identifier_host_or_number_could_be_a_real_one() -> None:
    """No CVE ids, addresses at example.com, telephone numbers kept for fiction."""
    for w in worlds():
        text = json.dumps(w.public.plain())
        assert not re.search(r"\bC[VW]E\b", text)
        assert {m.split("@")[1] for m in re.findall(r"\S+@[\w.]+\w", text)} <= {"example.com"}
        for item in w.truth.personal_data:
            if item.kind == "phone":
                assert item.text.startswith("+44 1632 960")
        assert {i.kind for i in w.truth.personal_data} >= {"name", "email", "phone", "address"}


# Not guessable.


def tokens(text: str) -> set[str]:
    return {t.lower() for t in re.findall(r"[A-Za-z]+|\d+(?:\.\d+)*", text)}


def shortcuts(w: World) -> Iterator[tuple[Claim, dict[str, float]]]:
    """Score each claim by length alone and by word overlap alone; high means wrong."""
    words = {p: tokens(text) for p, text in passages(w).items()}
    cited = {c.id: c.passage for a in w.public.answers for c in a.citations}
    for claim in w.truth.claims:
        own = tokens(claim.text)
        there = words.get(cited.get(claim.citation, ""), set())
        yield (
            claim,
            {
                "characters": len(claim.text),
                "words": len(claim.text.split()),
                "shared with the cited passage": -len(own & there) / len(own),
                "Jaccard with the cited passage": -len(own & there) / len(own | there),
                "shared with the right passage": -len(own & words[claim.about]) / len(own),
                "shared with the best passage": -max(len(own & p) for p in words.values())
                / len(own),
            },
        )


def auc(scores: list[float], wrong: list[bool]) -> float:
    """Return the probability that a wrong claim scores above a right one, ties by half."""
    high = np.sort([s for s, w in zip(scores, wrong, strict=True) if not w])
    of = np.array([s for s, w in zip(scores, wrong, strict=True) if w])
    below, upto = np.searchsorted(high, of), np.searchsorted(high, of, side="right")
    return float((below + upto).mean() / 2 / len(high))


@pytest.mark.parametrize("phrasings", ["train", "held_out"])
def test_neither_length_nor_overlap_finds_the_wrong_claims(
    phrasings: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Over 100 seeds each shortcut's AUC lies between .45 and .60."""
    scored = [pair for seed in range(100) for pair in shortcuts(compose(seed, phrasings=phrasings))]
    wrong = [claim.label != "supported" for claim, _ in scored]
    found = {name: auc([s[name] for _, s in scored], wrong) for name in scored[0][1]}
    with capsys.disabled():
        print(f"\n{phrasings}, {len(wrong)} claims:", {k: round(v, 3) for k, v in found.items()})
    assert all(0.45 <= value <= 0.60 for value in found.values()), found


def test_the_words_of_claims_alone_give_nothing_away(capsys: pytest.CaptureFixture[str]) -> None:
    """Naive Bayes on words and pairs of words, trained on 60 worlds, has an AUC below .60."""
    grams = [(_grams(c.text), c.label != "supported") for c in _claims(range(60))]
    counts = {wrong: Counter(g for own, w in grams if w == wrong for g in own) for wrong in (0, 1)}
    totals = {wrong: counts[wrong].total() for wrong in (0, 1)}

    def score(text: str) -> float:
        return sum(
            math.log((counts[1][g] + 1) / totals[1]) - math.log((counts[0][g] + 1) / totals[0])
            for g in _grams(text)
        )

    fresh = _claims(range(1_000, 1_060))
    found = auc([score(c.text) for c in fresh], [c.label != "supported" for c in fresh])
    trained = auc([score(c.text) for c in _claims(range(60))], [wrong for _, wrong in grams])
    with capsys.disabled():
        print(f"\nnaive Bayes on claims alone: {found:.3f} on new worlds, {trained:.3f} on its own")
    assert 0.4 <= found <= 0.6 < trained


@lru_cache(maxsize=2)
def _claims(seeds: range) -> list[Claim]:
    return [c for seed in seeds for c in world(seed).truth.claims]


def _grams(text: str) -> list[str]:
    words = text.lower().split()
    return [*words, *map(" ".join, pairwise(words))]


def test_the_largest_label_is_what_the_rates_say() -> None:
    """Guessing the majority is right as often as its rate, and no family gives a label away."""
    claims = [c for seed in range(150) for c in world(seed).truth.claims]
    shares = Counter(c.label for c in claims)
    assert shares["supported"] / len(claims) == pytest.approx(0.6, abs=0.025)
    assert shares["contradicted"] / len(claims) == pytest.approx(0.22, abs=0.02)
    assert shares["unsupported"] / len(claims) == pytest.approx(0.18, abs=0.02)
    for family in {c.attribute.split(":")[0] for c in claims}:
        own = [c.label != "supported" for c in claims if c.attribute.startswith(f"{family}:")]
        assert 0.3 <= np.mean(own) <= 0.5, family


def test_a_citation_that_resolves_does_not_mean_support() -> None:
    """Most citations of wrong claims exist, and a fifth of those of right claims do not support."""
    cited = [c for w in worlds() for c in w.truth.citations]
    labels = {(w.truth.parameters.seed, c.id): c.label for w in worlds() for c in w.truth.claims}
    assert np.mean([c.resolves for c in cited if not c.supports]) > 0.7
    right = [
        c.supports
        for w in worlds()
        for c in w.truth.citations
        if labels[w.truth.parameters.seed, c.claim] == "supported"
    ]
    assert np.mean(right) == pytest.approx(0.8, abs=0.03)


def clusters(icc: float, seeds: int) -> list[tuple[int, int]]:
    """Return claims and errors of each answer."""
    found = []
    for seed in range(seeds):
        w = compose(seed, documents=8, answers=150, icc=icc)
        found += [(len(a.claims), a.errors) for a in w.truth.answers if a.claims]
    return found


@pytest.mark.parametrize("icc", [0.0, 0.2, 0.4])
def test_errors_are_as_correlated_within_answers_as_stated(icc: float) -> None:
    """The analysis-of-variance estimate over 2,500 answers is within .04 of the parameter."""
    n, errors = np.array(clusters(icc, 20)).T
    k, total = len(n), n.sum()
    p = errors.sum() / total
    between = (n * (errors / n - p) ** 2).sum() / (k - 1)
    within = (errors * (1 - errors / n)).sum() / (total - k)
    size = (total - (n**2).sum() / total) / (k - 1)
    assert (between - within) / (between + (size - 1) * within) == pytest.approx(icc, abs=0.04)


# Seeded.


def fingerprint(w: World) -> str:
    text = json.dumps([w.public.plain(), plain(w.truth)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_seed_gives_the_same_bytes_in_every_version_of_python() -> None:
    """Change this digest together with the prose; anything else that changes it is a fault."""
    assert fingerprint(compose(11, documents=30, answers=60))[:16] == "95ddcbbe056aa1e0"


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_a_seed_gives_the_same_bytes_in_another_interpreter(hash_seed: str) -> None:
    """Hash seeds, import order and optimisation do not matter."""
    program = (
        "import hashlib, json\n"
        "from autograder.scenarios.corpus import compose, plain\n"
        "w = compose(11)\n"
        "text = json.dumps([w.public.plain(), plain(w.truth)], sort_keys=True)\n"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-O", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    assert done.stdout.strip() == fingerprint(world(11))


def test_structure_differs_with_the_seed() -> None:
    """Vendors, products, kinds, headings, claims and changes: not only numbers."""
    shapes = {
        (
            w.public.vendor,
            tuple(d.product for d in w.public.documents),
            tuple((d.kind, len(d.passages)) for d in w.public.documents),
            tuple(re.findall(r"^## .*$", "".join(d.text for d in w.public.documents), re.M)),
            tuple(len(a.claims) for a in w.truth.answers),
            tuple(c.change for c in w.truth.claims),
        )
        for w in worlds()
    }
    assert [len(set(part)) for part in zip(*shapes, strict=True)][1:] == [len(SEEDS)] * 5
    assert len({w.public.vendor for w in worlds()}) > 5


def test_the_public_view_holds_neither_labels_nor_the_seed() -> None:
    """No field and no number of the truth is in what a learner sees; it crosses the channel."""
    seed = 987_654_321_987
    public = compose(seed).public.plain()
    text = json.dumps(public)
    assert str(seed) not in text
    keys = {"id", "text", "product", "title", "kind", "number", "revision", "date", "replaces"}
    keys |= {"passages", "document", "start", "end", "question", "citations", "confidence"}
    keys |= {"answer", "passage", "vendor", "documents", "questions", "answers"}
    assert set(re.findall(r'"(\w+)": ', text)) == keys
    assert decode(encode(public)) == public


def test_realms_keep_open_worlds_apart_from_a_judge_s() -> None:
    """The same seed gives a lesson's cells and a judge different worlds."""
    assert open_corpus(5) == labelled_corpus(5).public
    assert open_corpus(5) != compose(5).public
    assert open_corpus(5, realm="judge") == open_corpus(5)
    assert_solved(labelled_corpus(5))


def test_held_out_phrasings_share_no_sentence_with_those_for_training() -> None:
    """Who knows only the training families can read no claim of the held-out ones."""
    w = compose(2, phrasings="held_out")
    assert_solved(w, styles=HELD_OUT)
    reader = CarefulReader(w.public, TRAIN)
    for claim in w.truth.claims:
        with pytest.raises(AssertionError, match="0 readings"):
            reader.read(claim.text)


def test_every_family_has_four_styles() -> None:
    """A style id means something for every family, for flags in both polarities."""
    for family in FAMILIES:
        assert len(family.styles) == len(STYLES) == 4
        for style in family.styles:
            assert (family.unit == "flag") == (len(set(style.said + style.claimed)) > 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"documents": 7},
        {"answers": 0},
        {"icc": 1.0},
        {"claims": (3, 2)},
        {"phrasings": "new"},
        {"phrasings": (4,)},
        {"rates": Rates(supported=0.9)},
    ],
    ids=str,
)
def test_a_parameter_that_makes_no_world_is_refused(wrong: dict[str, Any]) -> None:
    """The message says which, and what to give instead."""
    with pytest.raises(ContentError, match="compose"):
        compose(1, **wrong)


def test_the_example_in_the_docstring_runs() -> None:
    """What the package's docstring shows is what happens."""
    assert doctest.testmod(corpus).failed == 0
    assert doctest.testmod(corpus).attempted > 3


@pytest.mark.parametrize("module", [autograder.scenarios, corpus])
def test_public_names_are_sorted_and_there(module: Any) -> None:
    """`__all__` is sorted, and each of its names can be had."""
    assert sorted(module.__all__) == list(module.__all__)
    assert all(hasattr(module, name) and name in dir(module) for name in module.__all__)
