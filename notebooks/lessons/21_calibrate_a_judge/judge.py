"""Judge the six tasks of lesson 21: run a judge model, measure it, and correct what it reports.

The oracles stand first: plain values in, plain values out. The judges below them
draw cases. Bars of statistical steps, all computed by `bars` in
tests/notebooks/test_21_calibrate_a_judge.py: a right answer fails a case with
probability below 1e-4, each method that a step is made for passes below 1e-2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from random import Random
from statistics import NormalDist
from typing import Any

import numpy as np

from autograder.checks import Ladder, Score, close, equal, record, require, within
from autograder.judging import Learner
from autograder.provider.clock import WallClock
from autograder.provider.completion import Completion, Pace, Usage
from autograder.provider.engine import Answer, Provider
from autograder.provider.faults.plan import CALM, Injection
from autograder.provider.ledger import Call
from autograder.provider.mishaps import SORRY
from autograder.provider.prompt import Prompt

__all__ = [
    "correct_rates",
    "error_rates",
    "judge_pairs",
    "labels_to_buy",
    "length_bias",
    "position_bias",
]

HINTS = {
    "judge_pairs": (
        "Write `ask(first, second)` that fills PROMPT, makes one call and returns the reply's "
        "content in lower case, stripped. Game 1 is ask(answer_1, answer_2), where a means "
        "model_1; game 2 is ask(answer_2, answer_1), where a means model_2. A dict such as "
        '{"a": "model_1", "b": "model_2", "tie": "tie"} with .get(said, "error") reads both.'
    ),
    "position_bias": (
        "For each record without an error: game 1 gives +1 where model_1 won and -1 where model_2 "
        "won; game 2 gives +1 where model_2 won, because model_2 stood first. A tie gives 0. "
        "Half the sum is the pair's value. Mean and 1.96 * stdev / sqrt(n) do the rest."
    ),
    "length_bias": (
        "d = log2(words_1 / words_2), q = grade_1 - grade_2, y = 1 where 1 won. Fit "
        "P(y = 1) = 1 / (1 + exp(-(a q + b d))) by maximum likelihood. b is the effect, the "
        "second diagonal element of the inverse Hessian its variance. At equal length d is 0: "
        "average 1 / (1 + exp(-a q)) over the rows."
    ),
    "error_rates": (
        "First collect the sources of every item whose id is in tuned_on. Keep items of other "
        "sources. Count those whose judge is None, and drop them. Then two filters by the human "
        "label, and wilson(successes, count) for each."
    ),
    "correct_rates": (
        "With p = passed / n, t = tp / good, s = tn / bad and J = t + s - 1: rate is (p + s - 1) "
        "/ J. Its variance is (p(1-p)/n + r*r*t(1-t)/good + (1-r)**2*s(1-s)/bad) / J**2 with r "
        "the rate, cut to 0..1. Centre the interval on the uncut rate, then cut its ends."
    ),
    "labels_to_buy": (
        "u = (half_width / 1.96) ** 2 is the variance you may have. The judged answers use up "
        "p(1-p)/n of it (fresh), or of u * J * J (reuse). What is left, divided into the "
        "variance of one label, is the number of labels; where nothing is left the answer is None."
    ),
}

WHY = {
    "judge_pairs": (
        "Each game is read where it is played, and mapped back to the answer at once; nothing "
        "later needs to know who stood first."
    ),
    "position_bias": (
        "Over both orders of one pair the better answer cancels; what is left is the place. The "
        "pair is the unit, because its two games share a pair."
    ),
    "length_bias": (
        "Long answers are often better answers. Only among answers of the same grade is a taste "
        "for length a bias."
    ),
    "error_rates": (
        "Each rate has its own denominator: the good ones, or the bad ones. Neither moves when "
        "the share of good answers does, which is what makes them portable."
    ),
    "correct_rates": (
        "Three samples, three variances, one division by J: the worse the judge, the more each "
        "of them costs."
    ),
    "labels_to_buy": (
        "Every design has a budget of variance; labels buy what the judged answers leave of it."
    ),
}

Z = NormalDist().inv_cdf(0.975)
FIVE = ("model_1", "model_2", "tie", "inconsistent", "error")

# Oracles


def settled(one: str, two: str) -> str:
    """Return the outcome of a pair from the winners of its two games."""
    if "error" in (one, two):
        return "error"
    return one if one == two else "inconsistent"


def tally(records: Sequence[Mapping[str, str]]) -> dict[str, int]:
    """Count the five outcomes."""
    counts = dict.fromkeys(FIVE, 0)
    for row in records:
        counts[settled(row["g1_winner"], row["g2_winner"])] += 1
    return counts


def pulls(records: Sequence[Mapping[str, str]]) -> list[float]:
    """Return how far each readable pair leaned to the first place: -1, -0.5, 0, 0.5 or 1."""
    first = {"model_1": 1, "model_2": -1, "tie": 0}
    return [
        (first[row["g1_winner"]] - first[row["g2_winner"]]) / 2
        for row in records
        if "error" not in (row["g1_winner"], row["g2_winner"])
    ]


def mean_interval(values: Sequence[float]) -> tuple[float, float]:
    """Return a mean and the half-width of its normal 95 % interval."""
    array = np.asarray(values)
    return float(array.mean()), float(Z * array.std(ddof=1) / math.sqrt(len(array)))


def fit(columns: Sequence[np.ndarray], won: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit a logistic regression by Newton's method; return coefficients and standard errors."""
    x = np.column_stack(columns)
    b = np.zeros(x.shape[1])
    for _ in range(6):
        p = 1 / (1 + np.exp(-x @ b))
        hessian = x.T @ (x * (p * (1 - p))[:, None])
        b = b + np.linalg.solve(hessian, x.T @ (won - p))
    return b, np.sqrt(np.diag(np.linalg.inv(hessian)))


def wilson(successes: int, count: int) -> tuple[float, float]:
    """Return the Wilson 95 % interval."""
    centre = (successes + Z * Z / 2) / (count + Z * Z)
    spread = Z * math.sqrt(successes * (count - successes) / count + Z * Z / 4) / (count + Z * Z)
    return centre - spread, centre + spread


def corrected(world: Mapping[str, int]) -> tuple[float, float, float] | None:
    """Return the Rogan-Gladen rate and its delta interval, cut to 0..1; None where it must not."""
    n, good, bad = world["n"], world["good"], world["bad"]
    p, t, s = world["passed"] / n, world["tp"] / good, world["tn"] / bad
    j = t + s - 1
    if j < 0.2 or j <= Z * math.sqrt(t * (1 - t) / good + s * (1 - s) / bad):
        return None
    raw = (p + s - 1) / j
    rate = min(max(raw, 0.0), 1.0)
    variance = p * (1 - p) / n + rate**2 * t * (1 - t) / good + (1 - rate) ** 2 * s * (1 - s) / bad
    half = Z * math.sqrt(variance) / j
    return rate, min(max(raw - half, 0.0), 1.0), min(max(raw + half, 0.0), 1.0)


def designs(plan: Mapping[str, float]) -> dict[str, Any]:
    """Return labels and dollars of the three designs, before rounding up, and the cheapest."""
    r, t, s, n = plan["rate"], plan["tpr"], plan["tnr"], plan["judged"]
    reports, label = plan["reports"], plan["usd_label"]
    u = (plan["half_width"] / 1.96) ** 2
    j, p = t + s - 1, r * t + (1 - r) * (1 - s)
    lost, gained = r * (1 - t), (1 - r) * (1 - s)
    own, left, spread = r * (1 - r) / u, u - p * (1 - p) / n, lost + gained - (lost - gained) ** 2
    left_reuse = u * j * j - p * (1 - p) / n if j >= 0.2 else 0.0
    calls = reports * n * plan["usd_call"]
    exact = {
        "humans": (own, reports, 0.0),
        "fresh": (spread / left if left > 0 else None, reports, calls),
        "reuse": (
            (r * t * (1 - t) + (1 - r) * s * (1 - s)) / left_reuse if left_reuse > 0 else None,
            1,
            calls,
        ),
    }
    made: dict[str, Any] = {"exact": [one for one, _, _ in exact.values() if one is not None]}
    for name, (labels, times, extra) in exact.items():
        count = None if labels is None else math.ceil(labels) * times
        made[name] = count and {"labels": count, "usd": count * label + extra}
    made["choose"] = min((name for name in exact if made[name]), key=lambda k: made[k]["usd"])
    return made


class _Answers:
    """Ask once, in the first step that needs it, and remember what came back."""

    def __init__(self, ask: Callable[[], list[Any]]) -> None:
        self._ask = ask
        self._got: list[Any] | None = None

    def all(self) -> list[Any]:
        """Return the answers to all calls of a case."""
        if self._got is None:
            self._got = self._ask()
        return self._got


# Task 1: run the judge over pairs

JUDGE = "practice-judge"
# What looks like a verdict and is none: each opens with a letter that means one.
_PROSE = (
    "A is better, by one step.",
    "Answer B is better.",
    "Answer A, narrowly.",
    "B, though both are short.",
    "Both are fine: tie.",
    "The better one is A.",
    "A.",
)
_THINGS = ("a rotated log", "an expired token", "a full disk", "a stale cache", "a lost quorum")
_STEPS = ("stop the writer", "check the clock", "page the owner", "read the ledger", "drain a node")
Game = tuple[int, int]  # question_id, and 1 or 2


class _Scripted(Provider):
    """Say in each game what was drawn for it, and nothing readable outside the games."""

    def __init__(self, pairs: Sequence[Mapping[str, Any]], script: Mapping[Game, str]) -> None:
        super().__init__(clock=WallClock(0))
        self._pairs, self._script = pairs, script

    def answer(self, model: str, prompt: Prompt | str, injection: Injection = CALM) -> Answer:
        """Answer without reading for meaning: only the places of the two answers count."""
        card = self.card(model)
        told = prompt if isinstance(prompt, str) else "\n".join(m.text for m in prompt.messages)
        text = self._script.get(_game(told, self._pairs) or (0, 0), "Which two?")
        said = Completion(text, (text,) if text else (), refusal="" if text else SORRY)
        usage = Usage(len(told) // 4, 1)
        return Answer(card, (said,), usage, Pace(0, 0), self.price(card, usage), card.fingerprint)


def _game(told: str, pairs: Sequence[Mapping[str, Any]]) -> Game | None:
    """Return which game a prompt asks for: the first two of a pair's answers, by their places."""
    for pair in pairs:
        one, two = told.find(pair["answer_1"]), told.find(pair["answer_2"])
        if one >= 0 and two >= 0:
            return pair["question_id"], 1 if one < two else 2
    return None


def _pairs(draw: Random) -> tuple[list[dict[str, Any]], dict[Game, str]]:
    """Draw four pairs and what is said in their games.

    One is settled, one is a win and a tie, and two have an error in one game:
    a first game and a second, a refusal and a sentence.
    """
    winners = ["model_1", "model_2", "tie"]
    same = draw.choice(winners)
    turned = draw.sample((draw.choice(winners[:2]), "tie"), 2)
    wrong = draw.sample(("", draw.choice(_PROSE)), 2)
    games = [
        (same, same),
        tuple(turned),
        ("error", draw.choice(winners[:2])),  # so that a second game always has a letter
        (draw.choice(winners), "error"),
    ]
    draw.shuffle(games)
    pairs, script = [], {}
    for number, winner in zip(draw.sample(range(100, 999), len(games)), games, strict=True):
        one, two = (
            f"{step.capitalize()}, then note {draw.randint(1000, 9999)}."
            for step in draw.sample(_STEPS, 2)
        )
        pairs.append(
            {
                "question_id": number,
                "question": f"How do I recover {draw.choice(_THINGS)}?",
                "reference": f"Note {number}.",
                "model_1": draw.choice(("terse-2", "plain-4")),
                "model_2": draw.choice(("ample-1", "broad-3")),
                "answer_1": one,
                "answer_2": two,
            }
        )
        for game in (1, 2):
            name = winner[game - 1]
            script[number, game] = wrong.pop() if name == "error" else _letter(draw, name, game)
    return pairs, script


def _letter(draw: Random, winner: str, game: int) -> str:
    """Say who wins a game, now and then in other letters or with a space."""
    said = "tie" if winner == "tie" else "A" if (winner == "model_1") == (game == 1) else "B"
    return draw.choice((said, said, said.swapcase(), f"{said}\n", f" {said}"))


def _winner(text: str, game: int) -> str:
    """Map a reply of a game to the answer that it prefers."""
    names = ("model_1", "model_2")[:: 1 if game == 1 else -1]
    return {"a": names[0], "b": names[1], "tie": "tie"}.get(text.strip().lower(), "error")


def _told(call: Call) -> str:
    """Return the text of a call's messages."""
    body = call.body if isinstance(call.body, dict) else {}
    return "\n".join(str(m.get("content")) for m in body.get("messages", []) if isinstance(m, dict))


def _complete(told: str, pair: Mapping[str, Any], criteria: str) -> None:
    """Want everything that the judge must see, and the headings of PROMPT in their places."""
    require(criteria in told, "A prompt lacks the criteria that the judge must go by.")
    require(
        pair["reference"] in told and pair["question"] in told,
        "A prompt lacks the question or its reference.",
    )
    first, second = sorted(told.find(pair[name]) for name in ("answer_1", "answer_2"))
    require(
        "Answer A:" in told[:first] and "Answer B:" in told[first:second],
        "A prompt lacks the headings of PROMPT, so its letters mean nothing.",
    )


def judge_pairs(learner: Learner, seed: int) -> Score:
    """Serve a judge whose replies are drawn; want both orders asked and every outcome kept."""
    draw = Random(seed)
    ladder = Ladder(learner)
    pairs, script = _pairs(draw)
    by_number = {pair["question_id"]: pair for pair in pairs}
    mark = draw.randint(10, 99)
    criteria = (
        "Better: the safer first step. Anchor for A or B: a step of the reference "
        f"is missing in the other. Anchor for tie: both have note {mark}. A tie is allowed."
    )
    provider = _Scripted(pairs, script)
    games = [
        {k: pair[k] for k in ("question_id", "model_1", "model_2")}
        | {f"g{g}_winner": _winner(script[pair["question_id"], g], g) for g in (1, 2)}
        for pair in pairs
    ]
    got: Any = None
    both = "each pair in both orders"
    with ladder.step(both, 2), learner.serving(provider) as base_url:
        got = learner.call("judge_pairs", base_url, pairs, criteria)
        asked = [_game(_told(call), pairs) for call in provider.ledger if call.completions]
        for number, game in script:
            require(
                (number, game) in asked,
                f"The judge was never asked about question {number} with answer_{game} first.",
            )
        require(
            len(asked) <= len(script),
            f"{len(asked)} calls were made for {len(pairs)} pairs: two a pair are paid for.",
        )
    with ladder.step("model, temperature, criteria, reference", 1, after=both):
        for call in provider.ledger:
            equal(call.body.get("model"), JUDGE, "the model that is asked")
            equal(call.body.get("temperature"), 0, "the temperature")
            game = _game(_told(call), pairs)
            require(game is not None, "A prompt does not show the two answers of a pair.")
            _complete(_told(call), by_number[game[0]], criteria)
    with ladder.step("winners of both games", 2, after=both):
        record(got, {"records": list, "counts": dict}, "the result")
        equal(got["records"], games, "records")
    with ladder.step("outcomes counted, none dropped", 1, after=both):
        record(got, {"records": list, "counts": dict}, "the result")
        equal(got["counts"], tally(games), "counts")
    return ladder.score()


# Task 2: position


_NAMES = {1: "model_1", -1: "model_2", 0: "tie"}


def _played(rng: np.random.Generator, position: float, n: int) -> np.ndarray:
    """Draw the winners of both games of n pairs: 1, -1, or 0 for a tie; model_1 is better."""
    own, tie = rng.normal(rng.uniform(1.2, 2.0), 2.5, n), rng.uniform(0.2, 0.4)
    played = []
    for sign in (1, -1):
        odds = sign * own + position + rng.normal(0, 0.4, n)
        first, second = np.exp(odds / 2), np.exp(-odds / 2)
        luck = rng.random(n) * (first + second + tie)
        played.append(np.where(luck < first, sign, np.where(luck < first + second, -sign, 0)))
    return np.array(played)


def _leaning(rng: np.random.Generator, which: str) -> list[dict[str, Any]]:
    """Draw records whose bias is plain: beyond 3.6 standard errors, or within 0.9.

    Most pairs are consistent, so that games taken for independent give another interval.
    """
    sign = {"first": 1, "second": -1, "none": 0}[which]
    z, turned = 0.0, 1.0
    while turned > 0.3 or (sign * z < 3.6 if sign else abs(z) > 0.9):
        games = _played(rng, sign * rng.uniform(0.7, 1.1), int(rng.integers(80, 120)))
        values = (games[0] - games[1]) / 2
        z = values.mean() / values.std() * math.sqrt(len(values))
        turned = float((values != 0).mean())
    made = [
        {
            "question_id": 81 + number,
            "model_1": "terse-2",
            "model_2": "ample-1",
            "g1_winner": _NAMES[one],
            "g2_winner": _NAMES[two],
            "judge": ["practice-judge", "pair-v2"],
            "turn": 1,
        }
        for number, (one, two) in enumerate(games.T.tolist())
    ]
    for at in rng.choice(len(made), len(made) // 15, replace=False).tolist():
        made[at][str(rng.choice(["g1_winner", "g2_winner"]))] = "error"
    return made


def position_bias(learner: Learner, seed: int) -> Score:
    """Draw tables leaning to the first place, the second and neither; want size and interval."""
    rng = np.random.default_rng(seed)
    ladder = Ladder(learner)
    kinds = [str(which) for which in rng.permutation(["first", "second", "none"])]
    tables = [_leaning(rng, which) for which in kinds]
    fields = {
        "bias": float,
        "low": float,
        "high": float,
        "finding": str,
        "consistent": float,
        "unread": int,
    }
    found = _Answers(lambda: [record(learner.call("position_bias", t), fields) for t in tables])
    with ladder.step("size of the bias", 2):
        for got, table in zip(found.all(), tables, strict=True):
            close(got["bias"], mean_interval(pulls(table))[0], abs=1e-9, what="bias")
    with ladder.step("consistent pairs, unread pairs", 1):
        for got, table in zip(found.all(), tables, strict=True):
            counts = tally(table)
            equal(got["unread"], counts["error"], "unread")
            agreed = counts["model_1"] + counts["model_2"] + counts["tie"]
            share = agreed / (len(table) - counts["error"])
            close(got["consistent"], share, what="consistent")
    with ladder.step("interval over pairs", 2):
        for got, table in zip(found.all(), tables, strict=True):
            bias, half = mean_interval(pulls(table))
            # A percentile bootstrap of 2,000 draws or Student's t moves an end by some hundredths.
            within(got["low"], bias - 1.15 * half, bias - 0.85 * half, what="low")
            within(got["high"], bias + 0.85 * half, bias + 1.15 * half, what="high")
    with ladder.step("finding", 1):
        equal([got["finding"] for got in found.all()], kinds, "finding, table by table")
    return ladder.score()


# Task 3: length at fixed quality


Table = dict[str, np.ndarray]
# How far one model's grades lie behind the other's, by the sign of the judge's taste.
_BEHIND = {1: (0.0, 1.0), 0: (0.7, 2.1), -1: (0.7, 1.6)}


def _comparisons(rng: np.random.Generator, effect: float) -> Table:
    """Draw 800 comparisons in which better answers are longer.

    One model's are worse, and of the length that the judge prefers, if it does. Which
    model's, and by how much, is drawn, so that another case has other shares.
    """
    n, acuity = 800, rng.uniform(0.7, 1.0)
    behind = rng.uniform(*_BEHIND[int(np.sign(effect))])
    wordy = math.copysign(rng.uniform(0.5, 0.9), effect)
    grades = [
        np.clip(np.round(rng.normal(3.2 + shift, 1.0, n)), 1, 5)
        for shift in (-behind / 2, behind / 2)
    ]
    words = [
        np.round(np.exp2(rng.normal(6.5 + 0.45 * grade + more, 0.6)))
        for grade, more in zip(grades, (wordy if effect else 0.0, 0.0), strict=True)
    ]
    if rng.random() < 0.5:
        grades.reverse()
        words.reverse()
    odds = acuity * (grades[0] - grades[1]) + effect * np.log2(words[0] / words[1])
    return {
        "words_1": words[0],
        "words_2": words[1],
        "grade_1": grades[0],
        "grade_2": grades[1],
        "winner": np.where(rng.random(n) < 1 / (1 + np.exp(-odds)), 1, 2),
    }


def _telling(rng: np.random.Generator, effect: float) -> tuple[Table, dict[str, float]]:
    """Draw comparisons on which the wrong methods differ and the right ones agree.

    No chance finding where there is no taste; a share that moved where there is
    one; wins that the regression's mean meets, and pairs of one grade that agree with
    it, so that other ways to hold the grade find the same; and a share that counting
    grades, or a refit without length, would miss. Such a refit errs where shorter
    answers are preferred. Returns the regression's findings, too.
    """
    while True:
        table = _comparisons(rng, effect)
        found = fitted_length(table)
        q, won = table["grade_1"] - table["grade_2"], table["winner"] == 1
        share, judged = found["share"], float(won.mean())
        same, d = q == 0, np.log2(table["words_1"] / table["words_2"])
        matched = fit([d[same]], won[same])[0][0]
        if abs(found["mean"] - judged) > 0.008 or abs(matched - found["effect"]) > 0.35:
            continue
        if effect:
            telling = abs(found["effect"]) > 1.05 and abs(judged - share) > 0.1
            refitted = _at(fit([q], won)[0] * q) if effect < 0 else judged
            telling = telling and abs(refitted - share) > 0.1
        else:
            counted = float((q > 0).mean() + (q == 0).mean() / 2)
            telling = abs(found["effect"]) < 0.6 * found["half"] and abs(counted - share) > 0.08
        if telling:
            return table, found


def _at(odds: np.ndarray) -> float:
    """Return the mean probability at these log odds."""
    return float((1 / (1 + np.exp(-odds))).mean())


def fitted_length(table: Table) -> dict[str, float]:
    """Return a doubling's effect, its half-width, the fair share and the fitted share of wins."""
    d, q = np.log2(table["words_1"] / table["words_2"]), table["grade_1"] - table["grade_2"]
    b, se = fit([q, d], table["winner"] == 1)
    return {
        "effect": float(b[1]),
        "half": float(Z * se[1]),
        "share": _at(b[0] * q),
        "mean": _at(b[0] * q + b[1] * d),
    }


def _listed(table: Table) -> dict[str, list[int]]:
    """Return the table as the learner gets it."""
    return {name: column.astype(int).tolist() for name, column in table.items()}


# `_telling` keeps matched pairs' effect within; their share and strata's are off by 0.015 (sd).
_NEAR_EFFECT, _NEAR_SHARE = 0.45, 0.06


def length_bias(learner: Learner, seed: int) -> Score:
    """Draw comparisons with either taste for length and with none; want it at fixed grade.

    Three tables in a drawn order, each with either model as the worse one: values of
    another case fit all three in four pairs of a thousand (tests/bench/test_21_copies.py).
    """
    rng = np.random.default_rng(seed)
    ladder = Ladder(learner)
    effects = [float(sign * rng.uniform(1.1, 1.9)) for sign in rng.permutation((-1, 0, 1))]
    drawn = [_telling(rng, effect) for effect in effects]
    tables, wants = [_listed(table) for table, _ in drawn], [found for _, found in drawn]
    fields = {
        "per_doubling": float,
        "low": float,
        "high": float,
        "finding": str,
        "fair_share": float,
    }
    found = _Answers(
        lambda: [record(learner.call("length_bias", table), fields) for table in tables]
    )
    start = "effect of a doubling, at fixed grade"
    with ladder.step(start, 2):
        for got, want in zip(found.all(), wants, strict=True):
            low, high = want["effect"] - _NEAR_EFFECT, want["effect"] + _NEAR_EFFECT
            within(got["per_doubling"], low, high, what="per_doubling")
    with ladder.step("interval", 2, after=start):
        for effect, got, want in zip(effects, found.all(), wants, strict=True):
            half, middle = (got["high"] - got["low"]) / 2, (got["high"] + got["low"]) / 2
            room = 0.8 * want["half"], 3.5 * want["half"]
            within(half, *room, what="half the interval's width")
            off = abs(effect - middle) / half
            within(
                off, 0, 2.3, what="the planted effect, in half-widths from your interval's middle,"
            )
    with ladder.step("finding", 1, after=start):
        for effect, got in zip(effects, found.all(), strict=True):
            own = "longer" if got["low"] > 0 else "shorter" if got["high"] < 0 else "none"
            equal(got["finding"], own, "finding, by your own interval,")
            if effect:
                equal(got["finding"], "longer" if effect > 0 else "shorter", "finding")
    with ladder.step("fair share of wins", 1, after=start):
        for got, want in zip(found.all(), wants, strict=True):
            low, high = want["share"] - _NEAR_SHARE, want["share"] + _NEAR_SHARE
            within(got["fair_share"], low, high, what="fair_share")
    return ladder.score()


# Task 4: the judge's error rates


def _labelled(draw: Random, perfect: bool) -> tuple[list[dict[str, Any]], list[str]]:
    """Draw judged items with human labels; those of tuned sources are judged better than others."""
    sources = [f"S{n}" for n in draw.sample(range(100, 999), draw.randint(26, 36))]
    tuned = set(draw.sample(sources, draw.randint(7, 10)))
    tpr, tnr = 1.0 if perfect else draw.uniform(0.75, 0.9), draw.uniform(0.6, 0.8)
    items = []
    for number in draw.sample(range(1000, 9999), draw.randint(150, 210)):
        source = draw.choice(sources)
        human = draw.choices(("pass", "fail"), (0.65, 0.35))[0]
        right = draw.random() < (0.99 if source in tuned else tpr if human == "pass" else tnr)
        said = human if right else {"pass": "fail", "fail": "pass"}[human]
        unread = not perfect and draw.random() < 0.06
        items.append(
            {
                "id": f"i{number}",
                "source": source,
                "human": human,
                "judge": None if unread else said,
            }
        )
    for known in (True, False):  # so that who counts them matters
        draw.choice([item for item in items if (item["source"] in tuned) == known])["judge"] = None
    first: dict[str, str] = {}
    for item in items:
        first.setdefault(item["source"], item["id"])
    return items, [name for source, name in first.items() if source in tuned]


def rates_of(items: Sequence[Mapping[str, Any]], tuned_on: Sequence[str]) -> dict[str, Any]:
    """Return both rates with Wilson intervals, and how many verdicts were unreadable."""
    tuned = {item["source"] for item in items if item["id"] in tuned_on}
    kept = [item for item in items if item["source"] not in tuned]
    made: dict[str, Any] = {"unread": sum(item["judge"] is None for item in kept)}
    for name, label in (("tpr", "pass"), ("tnr", "fail")):
        said = [i["judge"] == label for i in kept if i["human"] == label and i["judge"] is not None]
        low, high = wilson(sum(said), len(said))
        made[name] = {"rate": sum(said) / len(said), "low": low, "high": high, "n": len(said)}
    return made


def error_rates(learner: Learner, seed: int) -> Score:
    """Draw two calibration tables, one with a perfect class; want rates, intervals, and no leak."""
    draw = Random(seed)
    ladder = Ladder(learner)
    cases = [_labelled(draw, perfect) for perfect in (False, True)]

    wants = [rates_of(*case) for case in cases]

    def ask(case: tuple[list[dict[str, Any]], list[str]]) -> dict[str, Any]:
        got = record(learner.call("error_rates", *case), {"tpr": dict, "tnr": dict, "unread": int})
        for name in ("tpr", "tnr"):
            record(got[name], {"rate": float, "low": float, "high": float, "n": int}, name)
        return got

    found = _Answers(lambda: [ask(case) for case in cases])
    with ladder.step("what counts, and what is unread", 2):
        for got, want in zip(found.all(), wants, strict=True):
            counted, right = ([one[k]["n"] for k in ("tpr", "tnr")] for one in (got, want))
            equal(counted, right, "n of tpr and tnr")
            equal(got["unread"], want["unread"], "unread")
    for name in ("tpr", "tnr"):
        with ladder.step(name, 1):
            for got, want in zip(found.all(), wants, strict=True):
                close(got[name]["rate"], want[name]["rate"], what=f"{name}'s rate")
    with ladder.step("Wilson intervals", 1):
        for got, want in zip(found.all(), wants, strict=True):
            for name in ("tpr", "tnr"):
                for end in ("low", "high"):  # 1.96 for 1.95996 moves an end by less than 1e-5
                    close(got[name][end], want[name][end], abs=1e-4, what=f"{name}'s {end}")
    return ladder.score()


# Task 5: the corrected rate

WORLDS = 100  # a group
MISSES = 18  # a group; see `bars` in the tests
NARROWER, WIDER = 0.9, 1.15  # median half-width over the formula's; 90 % intervals have 0.84
World = dict[str, int]
# Sizes of the target, of the good and of the bad labels; the true rate. Each group is ruled by one.
GROUPS: dict[str, tuple[tuple[int, int], ...]] = {
    "few judged answers": ((100, 180), (1500, 3000), (1500, 3000)),
    "few good labels": ((3000, 6000), (60, 110), (1500, 3000)),
    "few bad labels": ((3000, 6000), (1500, 3000), (60, 110)),
}
_RATES = {
    "few judged answers": (0.1, 0.9),
    "few good labels": (0.5, 0.9),
    "few bad labels": (0.1, 0.5),
}


def draw_worlds(rng: np.random.Generator, group: str, count: int) -> tuple[list[World], np.ndarray]:
    """Draw worlds of a group with their true rates."""
    n, good, bad = (rng.integers(low, high, count) for low, high in GROUPS[group])
    truth = rng.uniform(*_RATES[group], count)
    tpr, tnr = rng.uniform(0.72, 0.85, count), rng.uniform(0.68, 0.8, count)
    columns = {
        "passed": rng.binomial(n, truth * tpr + (1 - truth) * (1 - tnr)),
        "n": n,
        "tp": rng.binomial(good, tpr),
        "good": good,
        "tn": rng.binomial(bad, tnr),
        "bad": bad,
    }
    rows = zip(*(map(int, values) for values in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows], truth


def _counts(n: int, p: float, good: int, t: float, bad: int, s: float) -> World:
    """Return the world with these shares, to the nearest count."""
    shares = {"passed": (n, p), "tp": (good, t), "tn": (bad, s)}
    made = {name: round(size * share) for name, (size, share) in shares.items()}
    return {
        "passed": made["passed"],
        "n": n,
        "tp": made["tp"],
        "good": good,
        "tn": made["tn"],
        "bad": bad,
    }


def _hopeless(draw: Random) -> list[World]:
    """Draw worlds whose judge tells too little: J below 0.2, below 0, or known too badly."""
    n, many, t = draw.randint(300, 900), draw.randint(900, 1900), draw.uniform(0.55, 0.75)
    few, right = draw.choice(((9, 6), (11, 7), (13, 8), (14, 9)))  # J 0.23 to 0.33, reaching 0
    return [
        _counts(n, draw.uniform(0.4, 0.6), many, t, many, 1.12 - t + draw.uniform(0, 0.04)),
        _counts(n, draw.uniform(0.4, 0.6), many, t - 0.2, many, 0.9 - t),
        _counts(n, draw.uniform(0.4, 0.6), few, right / few, few, right / few),
    ]


def _usable(draw: Random) -> list[World]:
    """Draw worlds just good enough, and worlds whose plain formula leaves 0..1 on either side."""
    n, many = draw.randint(300, 900), draw.randint(500, 900)
    t = draw.uniform(0.6, 0.75)
    s = draw.uniform(0.8, 0.9)
    return [
        _counts(n, draw.uniform(0.45, 0.55), many, t, many, 1.3 - t),
        _counts(n, min(t + draw.uniform(0.02, 0.04), 1), many, t, many, s),
        _counts(n, 1 - s - draw.uniform(0.02, 0.04), many, t, many, s),
        _counts(n, draw.uniform(0.3, 0.5), draw.randint(40, 60), t, many, s),
    ]


def correct_rates(learner: Learner, seed: int) -> Score:
    """Draw worlds with a known truth; want the corrected rate, and intervals that cover it.

    A group of 100 worlds may miss the truth 18 times and its median half-width may be
    0.9 to 1.15 of the delta method's. Over 6,000 worlds a group, the delta method and the
    inverted test hold 94 to 95 % and fail a group with probability below 3e-5; rates taken as
    known hold about 35 % where labels are few, the raw rate 4 to 42 %, and pass with less
    than 1e-16.
    """
    draw, rng = Random(seed), np.random.default_rng(seed)
    ladder = Ladder(learner)

    def ask(worlds: list[World]) -> list[Any]:
        got = learner.call("correct_rates", worlds)
        require(
            isinstance(got, list) and len(got) == len(worlds),
            "Return a list with an entry for each world.",
            got,
        )
        for one in got:
            if one is not None:
                record(one, {"rate": float, "low": float, "high": float}, "an entry")
        return list(got)

    start = "the corrected rate, cut to 0..1"
    with ladder.step(start, 2):
        worlds = _usable(draw)
        for world, one in zip(worlds, ask(worlds), strict=True):
            want = corrected(world)
            require(one is not None, "A world that can be corrected came back as None.", one)
            close(one["rate"], want[0], abs=1e-9, what=f"rate in {world}")
            require(
                0 <= one["low"] <= one["rate"] <= one["high"] <= 1,
                "An interval leaves 0..1 or its rate.",
                one,
            )
    with ladder.step("None where it cannot be corrected", 1, after=start):
        mixed = draw.sample([*_hopeless(draw), *_usable(draw)], 7)
        for world, one in zip(mixed, ask(mixed), strict=True):
            require(
                (one is None) == (corrected(world) is None),
                "None does not stand where it should.",
                one,
                world,
            )
    for group in GROUPS:
        with ladder.step(f"interval with {group}", 1, after=start):
            worlds, truth = draw_worlds(rng, group, WORLDS)
            covers(ask(worlds), worlds, truth)
    return ladder.score()


def covers(got: Sequence[Any], worlds: Sequence[World], truth: np.ndarray) -> None:
    """Want intervals that cover often enough and are about as wide as the reference's."""
    ends = np.array([(0.0, 0.0) if one is None else (one["low"], one["high"]) for one in got])
    missed = int(((truth < ends[:, 0]) | (truth > ends[:, 1])).sum())
    require(
        missed <= MISSES,
        f"{missed} of {len(worlds)} intervals miss the true rate; at most {MISSES} may.",
        f"{len(worlds) - missed} of {len(worlds)} cover",
        f"at least {len(worlds) - MISSES}",
    )
    ours = np.array([(0.0, 1.0) if one is None else one[1:] for one in map(corrected, worlds)])
    reference = float(np.median(ours[:, 1] - ours[:, 0]) / 2)
    half = float(np.median(ends[:, 1] - ends[:, 0]) / 2)
    require(
        half <= WIDER * reference,
        "The intervals are wider than they need to be: median half-width.",
        round(half, 4),
        f"at most {WIDER * reference:.4f}",
    )
    require(
        half >= NARROWER * reference,
        "The intervals are narrower than 95 % ones are: median half-width.",
        round(half, 4),
        f"at least {NARROWER * reference:.4f}",
    )


# Task 6: how many labels


def _plan(draw: Random, cheapest: str) -> dict[str, Any]:
    """Draw a plan whose cheapest design is the one named; "weak" has a judge beyond use.

    Where humans are cheapest, calls are dear, and another design needs fewer labels.
    """
    sizes = {"short": (150, 400), "weak": (60_000, 90_000)}
    calls = (0.1, 0.2, 0.4) if cheapest == "humans" else (0.002, 0.01, 0.05)
    while True:
        few = cheapest in ("weak", "short")
        t, s = draw.uniform(0.8, 0.97), draw.uniform(0.78, 0.95)
        plan = {
            "rate": round(draw.uniform(0.6, 0.92), 2),
            "tpr": round(draw.uniform(0.58, 0.62) if cheapest == "weak" else t, 2),
            "tnr": round(draw.uniform(0.54, 0.57) if cheapest == "weak" else s, 2),
            "judged": draw.randint(*sizes.get(cheapest, (2000, 9000))),
            "half_width": 0.05 if cheapest == "weak" else draw.choice((0.02, 0.025, 0.03, 0.04)),
            "reports": draw.randint(1, 3) if few or cheapest == "humans" else draw.randint(2, 30),
            "usd_label": draw.choice((1.5, 2.0, 4.0)),
            "usd_call": draw.choice(calls),
        }
        found = designs(plan)
        clear = all(abs(one - round(one)) > 1e-4 for one in found["exact"])
        wanted = {"weak": found["reuse"] is None, "short": found["fresh"] is None is found["reuse"]}
        costs = sorted(one["usd"] for name in ("humans", "fresh", "reuse") if (one := found[name]))
        apart = len(costs) == 1 or costs[1] > 1.02 * costs[0]
        few_labels = found["fresh"] and found["fresh"]["labels"] < found["humans"]["labels"]
        if cheapest == "humans" and not few_labels:
            continue
        if clear and apart and wanted.get(cheapest, found["choose"] == cheapest):
            return plan


def labels_to_buy(learner: Learner, seed: int) -> Score:
    """Draw plans won by each design, and hopeless ones; want labels, dollars and the choice."""
    draw = Random(seed)
    ladder = Ladder(learner)
    plans = [
        _plan(draw, kind) for kind in draw.sample(("humans", "fresh", "reuse", "weak", "short"), 5)
    ]

    wants = [designs(plan) for plan in plans]

    def ask(plan: dict[str, Any]) -> dict[str, Any]:
        got = record(learner.call("labels_to_buy", plan), {"choose": str})
        lacking = {"humans", "fresh", "reuse"} - set(got)
        require(not lacking, "Return humans, fresh, reuse and choose.", got)
        return got

    found = _Answers(lambda: [ask(plan) for plan in plans])
    for name, weight in (("humans", 1), ("fresh", 1), ("reuse", 2)):
        with ladder.step(name, weight):
            for got, want in zip(found.all(), wants, strict=True):
                close(got[name], want[name], rel=1e-6, what=name)
    with ladder.step("the cheapest", 1):
        for got, want in zip(found.all(), wants, strict=True):
            equal(got["choose"], want["choose"], "choose")
    return ladder.score()
