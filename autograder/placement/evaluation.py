"""The items of the scale `evaluation`, easiest first."""

from __future__ import annotations

import math
from random import Random
from statistics import fmean, stdev
from typing import Any

from autograder.placement.item import Case, Item

__all__ = ["ITEMS"]

_Z = 1.96
_WORDS = ("reset", "the", "token", "expired", "login", "fails", "after", "update")


def call_cost(usage: dict[str, int], price: dict[str, float]) -> float:
    fresh = usage["prompt"] - usage["cached"]
    dollars = fresh * price["input"] + usage["cached"] * price["cached"]
    return (dollars + usage["output"] * price["output"]) / 1e6


def _calls(draw: Random, number: int) -> Case:
    prompt = draw.randint(1000, 9000)
    usage = {"prompt": prompt, "cached": draw.randint(100, prompt) if number else 0}
    rate = draw.randint(1, 20) / 10
    price = {"input": rate, "cached": rate / 10, "output": rate * draw.randint(3, 8)}
    return {**usage, "output": draw.randint(50, 900)}, price


def recall_at_k(ranked: list[str], relevant: set[str], k: int) -> float | None:
    return len(set(ranked[:k]) & relevant) / len(relevant) if relevant else None


def _ranking(draw: Random, number: int) -> tuple[list[str], set[str]]:
    ids = [f"d{i}" for i in range(12)]
    ranked = draw.sample(ids, 8)
    relevant = {*draw.sample(ids, draw.randint(2, 5)), ranked[0]}
    if number % 2:
        ranked.insert(1, ranked[0])  # found twice
    return ranked, relevant


def _rankings(draw: Random, number: int) -> Case:
    ranked, relevant = _ranking(draw, number)
    return ranked, relevant if number else set(), draw.randint(3, 7)


def rate_margin(passed: int, total: int) -> float:
    rate = passed / total
    return 100 * _Z * math.sqrt(rate * (1 - rate) / total)


def _rates(draw: Random, number: int) -> Case:
    total = draw.randint(40, 400)
    return draw.randint(10, total - 10), total


def mean_reciprocal_rank(runs: list[tuple[list[str], set[str]]]) -> float:
    return fmean(
        next((1 / rank for rank, one in enumerate(ranked, start=1) if one in relevant), 0.0)
        for ranked, relevant in runs
    )


def _runs(draw: Random, number: int) -> Case:
    runs = [_ranking(draw, i) for i in range(4)]
    runs = [(draw.sample(ranked, len(ranked)), relevant) for ranked, relevant in runs]
    return ([*runs, ([f"x{i}" for i in range(5)], {"d1"})],)


def zero_failures(trials: int) -> float:
    return 1 - math.pow(0.05, 1 / trials)


def _trials(draw: Random, number: int) -> Case:
    return (draw.randint(5, 60) * (number + 1),)


def leaked_rows(train: list[dict[str, str]], test: list[dict[str, str]]) -> list[int]:
    users = {row["user"] for row in train}
    texts = {_plain(row["text"]) for row in train}
    return [i for i, row in enumerate(test) if row["user"] in users or _plain(row["text"]) in texts]


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _splits(draw: Random, number: int) -> Case:
    texts = [" ".join(draw.sample(_WORDS, 4)) for _ in range(10)]
    users = [f"u{draw.randint(0, 30)}" for _ in range(10)]
    rows = [{"user": user, "text": text} for user, text in zip(users, texts, strict=True)]
    train, test = rows[:5], rows[5:]
    test.append({"user": "u40", "text": f" {train[0]['text'].title().replace(' ', '  ')}"})
    test.append({"user": train[1]["user"], "text": "something quite different"})
    test.append({"user": "u41", "text": train[2]["text"]})
    test.append(
        {"user": "u42", "text": train[3]["text"].replace(" ", "")}
    )  # one word: another text
    draw.shuffle(test)
    return train, test


def weighted_rate(strata: list[dict[str, Any]]) -> float:
    return math.fsum(one["share"] * one["passed"] / one["total"] for one in strata)


def _strata(draw: Random, number: int) -> Case:
    weights = [draw.randint(1, 9) for _ in range(3)]
    totals = [draw.randint(10, 60) for _ in weights]
    return (
        [
            {"share": weight / sum(weights), "passed": draw.randint(0, total), "total": total}
            for weight, total in zip(weights, totals, strict=True)
        ],
    )


def paired_margin(old: list[int], new: list[int]) -> tuple[float, float]:
    gains = [after - before for before, after in zip(old, new, strict=True)]
    return fmean(gains), _Z * stdev(gains) / len(gains) ** 0.5


def _pairs(draw: Random, number: int) -> Case:
    old = [draw.randint(0, 1) for _ in range(draw.randint(12, 40))]
    new = [one if draw.random() < 0.7 else 1 - one for one in old]
    return [*old, 0, 1], [*new, 1, 1]


def corrected_rate(pairs: list[tuple[bool, bool]], observed: float) -> float:
    good = [judge for person, judge in pairs if person]
    bad = [not judge for person, judge in pairs if not person]
    sensitivity, specificity = fmean(good), fmean(bad)
    rate = (observed + specificity - 1) / (sensitivity + specificity - 1)
    return min(1.0, max(0.0, rate))


def _judged(draw: Random, number: int) -> Case:
    counts = [draw.randint(20, 40), draw.randint(2, 8), draw.randint(10, 20), draw.randint(1, 6)]
    kinds = ((True, True), (True, False), (False, False), (False, True))
    pairs = [kind for kind, count in zip(kinds, counts, strict=True) for _ in range(count)]
    draw.shuffle(pairs)
    return pairs, (0.01, 0.99, 0.5, 0.6, 0.7, 0.4)[number] + draw.random() / 200


def gate(gains: list[float], margin: float) -> str:
    if len(gains) < 30:
        return "more"
    middle, half = fmean(gains), _Z * stdev(gains) / len(gains) ** 0.5
    if middle - half > -margin:
        return "ship"
    return "stop" if middle + half < -margin else "more"


def _changes(draw: Random, number: int) -> Case:
    count = 20 if number == 0 else draw.randint(60, 90)
    # Where the mean lies, in half widths from the edge: clear of it, and on it.
    places = (8.0, 1.6, -1.6, 0.5, -0.5, 3.0)
    noise = [draw.gauss(0, 0.3) for _ in range(count)]
    half, off = _Z * stdev(noise) / count**0.5, fmean(noise)
    margin = draw.randint(3, 6) * half / 2
    middle = places[number] * half - margin
    return [round(one - off + middle, 6) for one in noise], round(margin, 6)


ITEMS = (
    Item(
        "call_cost",
        "`usage` counts the tokens of one call to a model: `prompt`, of which `cached` came from "
        "the cache, and `output`. `price` holds US dollars per million tokens: `input`, `cached` "
        "and `output`. Return what the call cost, in dollars.",
        ">>> usage = {'prompt': 1000, 'cached': 400, 'output': 100}\n"
        ">>> round(call_cost(usage, {'input': 2.0, 'cached': 0.5, 'output': 8.0}), 6)\n0.0022",
        "def call_cost(usage: dict, price: dict) -> float:",
        call_cost,
        _calls,
    ),
    Item(
        "recall_at_k",
        "A search returned the ids `ranked`, best first; `relevant` is the set of ids that it "
        "should have found. Return the recall at `k`: the share of the relevant ids among the "
        "first `k` results. An id that comes back twice takes two places and counts once. Where "
        "nothing is relevant, return `None`.",
        ">>> recall_at_k(['a', 'x', 'b', 'c'], {'a', 'b', 'c', 'd'}, 3)\n0.5",
        "def recall_at_k(ranked: list[str], relevant: set[str], k: int) -> float | None:",
        recall_at_k,
        _rankings,
    ),
    Item(
        "rate_margin",
        "An assistant passed `passed` of `total` independent questions. Return the half width of "
        "the 95 % Wald interval of the rate (the normal approximation, z = 1.96), in percentage "
        "points.",
        ">>> round(rate_margin(40, 100), 2)\n9.6",
        "def rate_margin(passed: int, total: int) -> float:",
        rate_margin,
        _rates,
    ),
    Item(
        "mean_reciprocal_rank",
        "Each run is a pair: the ids a search returned, best first, and the set of relevant ids. "
        "Return the mean reciprocal rank over all runs, where only a run's first relevant result "
        "matters and ranks begin at 1.",
        ">>> mean_reciprocal_rank([(['x', 'a', 'b'], {'a', 'b'}), (['c'], {'c'})])\n0.75",
        "def mean_reciprocal_rank(runs: list[tuple[list[str], set[str]]]) -> float:",
        mean_reciprocal_rank,
        _runs,
    ),
    Item(
        "zero_failures",
        "A guard was tried `trials` times, independently, and never failed. Its true failure rate "
        "need not be 0. Return the largest rate that this result leaves standing at 95 %: the one "
        "at which so many trials in a row succeed with a probability of exactly 5 %.",
        ">>> round(zero_failures(10), 4)\n0.2589",
        "def zero_failures(trials: int) -> float:",
        zero_failures,
        _trials,
    ),
    Item(
        "leaked_rows",
        "Rows are dicts with `user` and `text`. A row of `test` leaks where a model could know it "
        "from `train`: its user occurs there, or its text does, whatever the case of its letters "
        "and the amount of white space between and around its words. Return the positions of the "
        "leaking rows, in order.",
        ">>> leaked_rows([{'user': 'u1', 'text': 'Reset token'}],\n"
        "...             [{'user': 'u2', 'text': 'reset  TOKEN'}, {'user': 'u3', 'text': 'hi'}])\n"
        "[0]",
        "def leaked_rows(train: list[dict], test: list[dict]) -> list[int]:",
        leaked_rows,
        _splits,
    ),
    Item(
        "weighted_rate",
        "Answers were sampled by kind of question, rare kinds more heavily than their traffic. "
        "Each stratum holds its `share` of the traffic (together 1) and, of its sample, `passed` "
        "and `total`. Return the pass rate to expect over the traffic.",
        ">>> round(weighted_rate([{'share': 0.9, 'passed': 10, 'total': 10},\n"
        "...                      {'share': 0.1, 'passed': 5, 'total': 10}]), 4)\n0.95",
        "def weighted_rate(strata: list[dict]) -> float:",
        weighted_rate,
        _strata,
    ),
    Item(
        "paired_margin",
        "Two versions answered the same questions; `old[i]` and `new[i]` are 1 where question i "
        "was passed, else 0. Return the new rate less the old one, and the half width of the "
        "paired 95 % interval of that difference (normal approximation, z = 1.96, with the "
        "sample's unbiased variance).",
        ">>> [round(x, 4) for x in paired_margin([1, 0, 1, 0], [1, 1, 1, 1])]\n[0.5, 0.5658]",
        "def paired_margin(old: list[int], new: list[int]) -> tuple[float, float]:",
        paired_margin,
        _pairs,
    ),
    Item(
        "corrected_rate",
        "A model judges answers good or bad. `pairs` holds, for a sample, what a person and the "
        "judge said of each: `(person, judge)`, True for good. On everything else the judge calls "
        "the share `observed` good. Return the share a person would call good, corrected for the "
        "judge's sensitivity and specificity in the sample, and kept within 0 and 1.",
        ">>> pairs = [(True, True)] * 9 + [(True, False)] + [(False, False)] * 8\n"
        ">>> round(corrected_rate(pairs + [(False, True)] * 2, 0.55), 4)\n0.5",
        "def corrected_rate(pairs: list[tuple[bool, bool]], observed: float) -> float:",
        corrected_rate,
        _judged,
    ),
    Item(
        "gate",
        "`gains` holds new less old score of each question. A release may lose at most `margin` "
        "on average. Decide it as a test of non-inferiority does, by the two-sided 95 % interval "
        "of the mean (normal approximation, z = 1.96, unbiased variance). Return "
        '`"ship"` where non-inferiority is shown, `"stop"` where the opposite is shown, and '
        '`"more"` where neither is, or there are fewer than 30 questions.',
        ">>> gate([0.1, -0.1] * 50, 0.05), gate([0.1, -0.1] * 50, 0.01), gate([0.1] * 20, 0.05)\n"
        "('ship', 'more', 'more')",
        "def gate(gains: list[float], margin: float) -> str:",
        gate,
        _changes,
    ),
)
