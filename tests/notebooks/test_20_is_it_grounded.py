"""Lesson 20's prose, oracles, bars and libraries say the same thing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy.stats import beta, binom, norm
from sklearn.metrics import roc_auc_score

from autograder import content
from autograder.authoring.lesson import Lesson
from autograder.judging import judge_in_process

LESSON = "20_is_it_grounded"
TASKS = [task.id for task in content.course().lesson(LESSON).tasks]


def test_predictions_come_out_as_the_text_says(solved: dict[str, Any]) -> None:
    """Each number the prose reads off an output is the one the cell computes."""
    assert solved["outcomes"] == {
        "sentences_are_not_claims": 55,
        "citations_that_support": 69,
        "overlap_auc": 0.51,
        "upper_of_0_in_60": 6.0,
        "naive_coverage_at_4": 69,
        "errors_allowed_in_290": 12,
        "judge_usd": pytest.approx(1.8),
        "ndcg_at_3": 0.48,
        "recall_at_10": 0.75,
    }
    assert binom.cdf(12, 290, 0.08) <= 1 / 80 < binom.cdf(13, 290, 0.08)
    assert 0.92**53 <= 1 / 80 < 0.92**52


def test_figures_of_the_model_answer_are_the_measured_ones(solved: dict[str, Any]) -> None:
    """33 % of 249 answers (27 to 39), 13 % of 1,019 claims (11 to 16), 51 refusals."""
    rates = solved["invention_rates"](*solved["everything"])
    assert [round(100 * x) for x in rates["answers"][0]] == [33, 27, 39]
    assert [round(100 * x) for x in rates["claims"][0]] == [13, 11, 16]
    assert (len(solved["claiming"]), len(solved["rows"])) == (249, 1019)
    assert sum(not answer["claims"] for answer in solved["answers"]) == 51
    assert [len(half) for _, half in solved["ours"].groupby("half")] == [125, 124]
    unsafe = [solved["choose_level"](*solved["halves"], r, 0.1)["level"] for r in (0.2, 0.3)]
    assert unsafe == [[None], [None]]
    ours = solved["ours"]
    assert round(100 * ours.wrong.mean()) == 33
    got = solved["choose_level"](*solved["halves"], 0.4, 0.1)
    assert got["level"] == [3]
    assert [round(100 * got[k][0]) for k in ("coverage", "risk")] == [77, 27]
    assert round(100 * 0.75 * 0.13 / (0.75 * 0.13 + 0.15 * 0.87)) == 43


def test_repeated_questions_hardly_move_the_interval(solved: dict[str, Any]) -> None:
    """300 answers to 216 questions; with questions as clusters still 27 to 39 %."""
    assert len(solved["questions"]) == 216
    wrong: dict[str, list[bool]] = {}
    for answer, bad in zip(solved["claiming"], solved["ours"].wrong, strict=True):
        wrong.setdefault(answer["question"], []).append(bad)
    hits, sizes = (np.array([[f(w) for w in wrong.values()]]) for f in (sum, len))
    low, high = solved["invention_rates"](hits, sizes)["claims"][0][1:]
    assert [round(100 * x) for x in (low, high)] == [27, 39]


def test_counting_answers_is_too_wide_then_too_narrow(solved: dict[str, Any]) -> None:
    """The figure's title: n = answers covers above .97 at middling correlation, below .93 at 1."""
    covers = [held for held, _ in solved["curves"]["n = answers"]]
    assert min(covers[:8]) > 0.97
    assert covers[-1] < 0.93
    assert min(held for held, _ in solved["curves"]["yours"]) > 0.93


def test_references_do_on_the_lessons_data_what_the_text_says(solved: dict[str, Any]) -> None:
    """Every answer splits as marked; the detector's AUC, checked with scikit-learn, is .99."""
    assert all(solved["same"])
    rows = solved["rows"]
    area = roc_auc_score(rows.bad, rows.score)
    assert area == pytest.approx(solved["auc"](rows.score, rows.bad), abs=1e-12)
    assert area > 0.98
    assert solved["shaped"][1].shape == (1, 39)


def test_harness_reads_files_in_ragtruths_shape(
    solved: dict[str, Any],
    lesson: Lesson,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Two files as RAGTruth's README describes them are read, grouped, counted and rated.

    Of three tasks and two models: sources that are texts or dicts, marks with and without
    `implicit_true`, one over two claims, one in a greeting, refused, cut and training rows.
    """

    def row(source: str, model: str, text: str, *marked: str, **other: str) -> dict[str, Any]:
        marks = [
            {
                "start": text.index(part),
                "end": text.index(part) + len(part),
                "text": part,
                "meta": "HIGH INTRO OF NEW INFO\nIt is not in the source.",
                "label_type": "Evident Baseless Info",
                **({"implicit_true": True, "due_to_null": False} if number else {}),
            }
            for number, part in enumerate(marked)
        ]
        fixed = {"id": "1", "temperature": 0.925, "split": "test", "quality": "good"}
        return {
            **fixed,
            "source_id": source,
            "model": model,
            "labels": marks,
            "response": text,
        } | other

    long = (
        "Café “Olé” is open – it has 3 rooms.\u2028\n\n"
        "1. It has no bar.\n2. It serves fish; it is busy 🐟."
    )
    files = {
        "response": [
            row("3", "gpt-4-0613", long, "rooms.\u2028\n\n1. It has no", "🐟"),
            row("3", "gpt-4-0613", "Sure! In short:\n- The café is new [1].", "Sure", "new"),
            row("1", "llama-2-7b-chat", "The mine is closed. The shaft has water.", "closed"),
            row("1", "llama-2-7b-chat", "Unable to answer based on given passages."),
            row("2", "llama-2-7b-chat", "The court has 123 members.", "123", split="train"),
            row("1", "llama-2-7b-chat", "The mine is", "mine", quality="truncated"),
            row("1", "llama-2-7b-chat", "No idea.", quality="incorrect_refusal"),
            row("1", "llama-2-7b-chat", "Beets are red."),
            row("2", "llama-2-7b-chat", "The court has 122 members, and it is old.", "122"),
            row("2", "llama-2-7b-chat", "It is in The Hague."),
        ],
        "source_info": [
            {"source_id": "1", "task_type": "QA", "source": "MARCO", "prompt": "Briefly answer",
             "source_info": {"question": "how deep", "passages": "passage 1:Deep.\n\n"}},
            {"source_id": "2", "task_type": "Summary", "source": "CNN/DM", "prompt": "Summarize",
             "source_info": "The court said so."},
            {"source_id": "3", "task_type": "Data2txt", "source": "Yelp", "prompt": "Write",
             "source_info": {"name": "Olé", "attributes": {"WiFi": None}, "business_stars": 3.0}},
        ],
    }  # fmt: skip
    folder = tmp_path / "RAGTruth" / "dataset"
    folder.mkdir(parents=True)
    for name, rows in files.items():
        lines = [json.dumps(one, ensure_ascii=False) + "\n" for one in rows]
        (folder / f"{name}.jsonl").write_bytes("".join(lines).encode())
    monkeypatch.chdir(tmp_path)
    text = "\n".join(cell.source for cell in lesson.of_kind("markdown"))
    [told] = re.findall(r"`responses = (rows_of\([^`]*)`", text)
    names = dict(solved)
    names["responses"] = eval(told, names)
    names["sources"] = eval(told.replace("response.", "source_info."), names)
    assert names["responses"] == files["response"]
    assert names["sources"] == files["source_info"]
    groups = names["grouped"](names["responses"], names["sources"])
    counted = {name: [t.tolist() for t in names["as_audit"](some)] for name, some in groups.items()}
    assert counted == {
        ("Data2txt", "gpt-4-0613"): [[[3, 1]], [[4, 1]]],
        ("QA", "llama-2-7b-chat"): [[[1, 0, 0]], [[2, 0, 1]]],
        ("Summary", "llama-2-7b-chat"): [[[1, 0]], [[2, 1]]],
    }
    capsys.readouterr()
    [harness] = [c.source for c in lesson.of_kind("code") if "in grouped(" in c.source]
    exec(harness, names)
    said = capsys.readouterr().out
    assert "1 of 4 marks touch no claim" in said
    assert "QA llama-2-7b-chat {'answers': [[0.5, " in said
    assert "Summary llama-2-7b-chat {'answers': [[0.5, " in said


def test_examples_in_the_text_hold(solved: dict[str, Any]) -> None:
    """The worked example of every task is what its reference returns."""
    text = "Hello! Tarn Gate has ports 1 and 2 [RB-1.r1#2], but Tarn Mail may need approx. 3."
    spans = solved["split_claims"](text)
    assert [text[s["start"] : s["end"]] for s in spans] == [
        "Tarn Gate has ports 1 and 2",
        "Tarn Mail may need approx. 3",
    ]
    documents = [
        {"id": "D.r1", "replaces": "", "passages": ["D.r1#1"]},
        {"id": "D.r2", "replaces": "D.r1", "passages": ["D.r2#1"]},
    ]
    says = {"D.r2#1": "supports", "D.r1#1": "supports"}
    answer = "A is on [D.r2#1] [D.r1#1]. B is off."
    found = solved["check_citations"](answer, [[0, 7], [27, 35]], documents, [says, {}])
    assert [c["verdict"] for c in found["citations"]] == ["supports", "superseded"]
    assert (found["precision"], found["recall"]) == (0.5, 0.5)
    passage = (
        "Tarn Gate keeps the audit log for 14 days and the debug log for 7 days; "
        "for the crash dump, see the contract."
    )
    claim = "Tarn Gate keeps the audit log for one week"
    assert solved["detect_unsupported"]([claim], [passage])[0] >= 0.5
    rates = solved["invention_rates"](np.array([[0, 2, 0, 1, 0]]), np.array([[4, 2, 0, 5, 3]]))
    assert rates["answers"][0].round(3).tolist() == [0.5, 0.15, 0.85]
    assert rates["claims"][0].round(3).tolist() == [0.214, 0.05, 0.584]
    calibration = {"asked": np.array([[100, 100]]), "wrong": np.array([[30, 0]])}
    held_out = {"asked": np.array([[40, 60]]), "wrong": np.array([[9, 3]])}
    assert solved["choose_level"](calibration, held_out, 0.1, 0.1) == {
        "level": [1],
        "coverage": [0.6],
        "risk": [0.05],
    }


def test_exact_coverage_separates_the_intervals(judge: ModuleType) -> None:
    """Wilson, Agresti-Coull, Jeffreys, Clopper-Pearson pass the bars; Wald, Hoeffding fail."""
    z = judge.Z

    def intervals(name: str, k: Any, n: int) -> tuple[Any, Any]:
        p = k / n
        if name == "wald":
            half = z * np.sqrt(p * (1 - p) / n)
            return p - half, p + half
        if name == "hoeffding":
            return p - np.sqrt(np.log(40) / 2 / n), p + np.sqrt(np.log(40) / 2 / n)
        if name == "agresti-coull":
            middle = (k + z * z / 2) / (n + z * z)
            half = z * np.sqrt(middle * (1 - middle) / (n + z * z))
            return middle - half, middle + half
        if name == "wilson":
            return judge.wilson(p, n)
        add = 0.5 if name == "jeffreys" else 0.0
        low = beta.ppf(0.025, k + add, n - k + 1 - add)
        high = beta.ppf(0.975, k + 1 - add, n - k + add)
        return np.where(k > 0, low, 0.0), np.where(k < n, high, 1.0)

    passed = {}
    for n in (*range(50, 131, 8), 125, 126):
        k = np.arange(int(binom.ppf(1 - 1e-9, n, judge.SHARES[-1])) + 1)
        usual = judge.coverage(np.column_stack([k / n, *judge.wilson(k / n, n)]), n)[1].mean()
        for name in ("wilson", "agresti-coull", "jeffreys", "clopper-pearson", "wald", "hoeffding"):
            low, high = (np.clip(end, 0, 1) for end in intervals(name, k, n))
            held, wide = judge.coverage(np.column_stack([k / n, low, high]), n)
            good = held.mean() >= 0.945 and held.min() >= 0.87 and wide.mean() <= 1.15 * usual
            passed.setdefault(name, set()).add(bool(good))
    assert {name for name, seen in passed.items() if seen == {True}} == {
        "wilson",
        "agresti-coull",
        "jeffreys",
        "clopper-pearson",
    }
    assert passed["wald"] == passed["hoeffding"] == {False}


def test_clustered_bars_separate_reference_and_mistake(
    judge: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """The reference fails with probability below 1e-4, all claims as n pass below 1e-2."""
    bar = int(np.ceil(0.88 * judge.AUDITS)) - 1
    worst = {"reference": 1.0, "all claims": 0.0}
    for seed, (rate, icc, answers, longest) in enumerate(
        [(0.1, 0.35, 60, 8), (0.1, 0.5, 60, 11), (0.2, 0.35, 79, 8), (0.2, 0.5, 60, 11)]
    ):
        draw = np.random.default_rng(seed)
        held = {"reference": [], "all claims": []}
        for _ in range(12):
            audits = judge.clustered(draw, answers, rate, icc, longest)
            table = judge.rates_of(*audits)["claims"]
            total = audits[1].sum(axis=1).astype(float)
            low, high = judge.wilson(table[:, 0], total)
            held["reference"].append((table[:, 1] <= rate) & (rate <= table[:, 2]))
            held["all claims"].append((low <= rate) & (rate <= high))
        worst["reference"] = min(worst["reference"], float(np.mean(held["reference"])))
        worst["all claims"] = max(worst["all claims"], float(np.mean(held["all claims"])))
    fails = binom.cdf(bar, judge.AUDITS, worst["reference"])
    passes = binom.sf(bar, judge.AUDITS, worst["all claims"])
    with capsys.disabled():
        print(f"\ninvention_rates: lowest and highest coverage {worst}")
        print(f"reference fails {fails:.1e}, all claims as independent pass {passes:.1e}")
    assert fails < 1e-4
    assert passes < 1e-2


def test_promises_bar_separates_reference_and_mistakes(
    judge: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of 500 teams .145 may be misled: Bonferroni errs less, no correction and Wilson more."""
    bar = int(0.145 * judge.TEAMS)
    worst = {"delta / levels": 0.0, "delta each": 1.0, "observed risk": 1.0}
    for seed in range(24):
        draw = np.random.default_rng(seed)
        risk = round(float(draw.uniform(0.04, 0.1)), 3)
        sizes, errors = judge.unsafe(draw, risk)
        assert (errors > risk).all()
        counts = judge.teams(draw, 4000, sizes, errors)
        levels = len(sizes)
        exact = judge.lowest_safe(**counts, risk=risk, delta=judge.DELTA) < levels
        each = judge.lowest_safe(**counts, risk=risk, delta=judge.DELTA * levels) < levels
        answered, wrong = judge.kept(counts["asked"]), judge.kept(counts["wrong"])
        lucky = ((wrong <= risk * answered) & (answered > 0)).any(axis=1)
        worst["delta / levels"] = max(worst["delta / levels"], float(exact.mean()))
        worst["delta each"] = min(worst["delta each"], float(each.mean()))
        worst["observed risk"] = min(worst["observed risk"], float(lucky.mean()))
    fails = binom.sf(bar, judge.TEAMS, worst["delta / levels"])
    passes = binom.cdf(bar, judge.TEAMS, worst["delta each"])
    with capsys.disabled():
        print(f"\nchoose_level: broken promises at worst {worst}")
        print(f"reference fails {fails:.1e}, delta for each level passes {passes:.1e}")
    assert fails < 1e-4
    assert passes < 1e-2
    assert norm.ppf(1 - judge.DELTA) > 0  # one-sided: delta is not halved


def test_shortcuts_are_no_better_than_chance_and_the_reference_is(
    solved: dict[str, Any], judge: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """Over 60 cases AUC of overlap and of length is .45 to .60 on average, the reference's .98."""
    areas: dict[str, list[float]] = {"overlap": [], "length": [], "reference": []}
    errors = claims = 0
    for seed in range(60):
        pairs = judge._paired(Random(seed))
        bad, good = (
            [(said.text, said.about) for said in side]
            for side in zip(*[pair for some in pairs.values() for pair in some], strict=True)
        )
        assert min(map(len, pairs.values())) >= judge.LEAST
        for side, wrong in ((bad, True), (good, False)):
            scores = solved["detect_unsupported"](*zip(*side, strict=True))
            errors += sum((score >= 0.5) != wrong for score in scores)
            claims += len(side)
        for name, scored in (
            ("overlap", lambda side: [-solved["shared"](*pair) for pair in side]),
            ("length", lambda side: [len(text) for text, _ in side]),
            ("reference", lambda side: solved["detect_unsupported"](*zip(*side, strict=True))),
        ):
            areas[name].append(judge.auc(scored(bad), scored(good)))
    means = {name: round(float(np.mean(values)), 3) for name, values in areas.items()}
    with capsys.disabled():
        print(
            f"\ndetect_unsupported: mean AUC {means}, reference at least {min(areas['reference'])}"
        )
    assert 0.45 <= means["overlap"] <= 0.6
    assert 0.45 <= means["length"] <= 0.6
    assert means["reference"] > 0.98
    assert min(areas["reference"]) > 0.9
    assert errors / claims < 1e-3


def test_oracle_auc_agrees_with_scikit_learn(judge: ModuleType) -> None:
    """Ties count half, as in scikit-learn, on 100 drawn samples."""
    draw = Random(20)
    for _ in range(100):
        bad = [draw.randint(0, 5) / 5 for _ in range(draw.randint(1, 9))]
        good = [draw.randint(0, 5) / 5 for _ in range(draw.randint(1, 9))]
        labels = [1] * len(bad) + [0] * len(good)
        assert judge.auc(bad, good) == pytest.approx(roc_auc_score(labels, bad + good))


def test_judges_readings_agree_with_the_scenarios_labels(judge: ModuleType) -> None:
    """A claim that a passage in force supports or contradicts is labelled so by the scenario."""
    for seed in range(5):
        stage = judge._staged(Random(seed))
        force = set(stage.in_force)
        for document in stage.world.public.documents:
            if document.id == stage.gone:
                force |= {passage.id for passage in document.passages}
        for claim in stage.world.truth.claims:
            if claim.id in stage.read:
                says = {v for p, v in stage.read[claim.id].items() if p in force}
                want = {"supported": {"supports"}, "contradicted": {"contradicts"}}
                assert says == want.get(claim.label, set())


def test_written_answers_split_as_they_were_written(
    solved: dict[str, Any], judge: ModuleType
) -> None:
    """What the judge calls one claim holds a verb of the list, and the reference agrees."""
    for seed in range(60):
        for answer in judge._written(Random(seed)).values():
            assert solved["split_claims"](answer.text) == answer.claims
            for claim in answer.claims:
                assert solved["has_verb"](answer.text[claim["start"] : claim["end"]])


@pytest.mark.parametrize("task", TASKS)
def test_another_seed_is_another_case(solved: dict[str, Any], task: str) -> None:
    """Answers of one case, sent back on another, do not get full marks."""
    replies: list[Any] = []

    def remember(*args: Any) -> Any:
        replies.append(solved[task](*args))
        return replies[-1]

    [first] = judge_in_process(LESSON, task, {task: remember}, [1])
    assert first.full
    again = iter(replies * 2)
    [second] = judge_in_process(LESSON, task, {task: lambda *args: next(again)}, [2])
    assert not second.full


def test_model_answer_keeps_to_its_length(lesson: Lesson) -> None:
    """The written part asks for at most 200 words and its model answer obeys."""
    [written] = lesson.with_role("written")
    model = re.sub(r"### (BEGIN|END) SOLUTION", "", written.source)
    assert len(model.split()) <= 200


def test_no_corpus_entry_needs_the_checkout() -> None:
    """Entries read no file and import nothing of the course's."""
    for path in sorted(Path(content.lesson_dir(LESSON) / "corpus").glob("*.py")):
        assert not re.search(r"\bopen\(|\bautograder\b|\bload\(", path.read_text(encoding="utf-8"))
