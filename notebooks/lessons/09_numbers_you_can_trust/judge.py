"""Judge the six tasks of lesson 09: intervals, sample sizes, clusters and many comparisons.

Tasks 1 and 3, and the copies in task 5, are judged by exact enumeration: every outcome
that can occur, or nearly every, is passed once, and its exact probability weighs whether
the interval holds the truth. Task 4 is judged by the exact power of the named test, tasks 2
and 6 have one right answer. The one drawn bar, for documents that are alike in part, compares
total widths on worlds that the seed fixes: over 2,000 seeds three other estimators stay
within .87 to 1.05 of the yardstick and counting rows stays below .78, where the bar is .82 to
1.12 (`tests/bench/test_09_bars.py`).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import binom, nbinom, norm, t

from autograder.checks import Ladder, Score, equal, require, within
from autograder.judging import Learner

__all__ = [
    "claims_that_hold",
    "clustered_interval",
    "items_needed",
    "paired_intervals",
    "rate_intervals",
    "trials_needed",
]

HINTS = {
    "rate_intervals": (
        "Compute z = norm.ppf((1 + confidence) / 2) once. For each row, with p = passed / asked: "
        "the middle is (p + z*z/(2*asked)) / (1 + z*z/asked), half the width is "
        "z * sqrt(p*(1-p)/asked + z*z/(4*asked*asked)) / (1 + z*z/asked)."
    ),
    "trials_needed": (
        "binom.cdf(allowed, n, rate) is the chance of at most `allowed` failures in n trials if "
        "the rate is as bad as `rate`. Raise n until that chance is at most 1 - confidence."
    ),
    "paired_intervals": (
        "Add 1 to only_a and 1 to only_b, so n grows by 2. Each item's difference is -1, 0 or 1: "
        "its mean is (only_b - only_a) / n, its mean square (only_a + only_b) / n, its variance "
        "the mean square minus the squared mean. Half the width is 1.96 * sqrt(variance / n)."
    ),
    "items_needed": (
        "One item's difference has variance discordant - difference**2. Add the two quantiles, "
        "norm.ppf(1 - alpha / 2) and norm.ppf(power), square the sum, multiply by that variance, "
        "divide by difference**2, and round up."
    ),
    "clustered_interval": (
        "With p the pooled share, N rows and K documents: r_i = passed_i - p * asked_i, and "
        "variance = K/(K-1) * sum(r_i**2) / N**2. Then n = min(N, p*(1-p)/variance) goes into "
        "wilson in place of the count of rows. If p is 0 or 1, n is K."
    ),
    "claims_that_hold": (
        "p of one comparison: keep the first `planned` differences, count +1 and -1, "
        "binomtest(wins, wins + losses).pvalue; p is 1 if it was not finished or nothing "
        "differs. Sort all m by p; the i-th (from 0) holds while p <= alpha / (m - i); at the "
        "first that does not, stop."
    ),
}

WHY = {
    "rate_intervals": (
        "Wilson asks which true rates would make this count unsurprising, with the spread each "
        "of those rates would have, and so stays honest at 0 and at n."
    ),
    "trials_needed": (
        "Silence is evidence only in proportion to how loud the failure would have been: the "
        "chance of seeing so few is what the number of trials has to make small."
    ),
    "paired_intervals": (
        "Only items on which the versions disagree carry information; one imaginary item for "
        "either side keeps the interval honest where these are few."
    ),
    "items_needed": (
        "Two quantiles are paid for: one against false alarms, one against misses. The size of "
        "the wanted difference enters squared."
    ),
    "clustered_interval": (
        "Rows of one document repeat each other; the spread between documents says how many "
        "independent rows the data is worth."
    ),
    "claims_that_hold": (
        "Every comparison that was planned had its chance to win by luck, so each counts, and "
        "each is read once, where the plan said."
    ),
}

Floats = NDArray[np.float64]
_Z = float(norm.ppf(0.975))
_TINY = 1e-9  # what rounding may do to an end that is 0, 1 or the observed value


# Oracles


def wilson(passed: Any, asked: Any, z: float = _Z) -> tuple[Floats, Floats]:
    """Return both ends of Wilson's interval, for numbers or arrays."""
    p, n = np.asarray(passed / asked), np.asarray(asked)
    middle, half = p + z * z / 2 / n, z * np.sqrt(p * (1 - p) / n + z * z / 4 / n**2)
    return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)


def paired(tables: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return Bonett and Price's interval for each row of both, only A, only B, neither."""
    n = tables.sum(axis=1) + 2
    a, b = tables[:, 1] + 1, tables[:, 2] + 1
    middle = (b - a) / n
    half = _Z * np.sqrt(((a + b) / n - middle**2) / n)
    return middle - half, middle + half


@lru_cache(maxsize=256)
def _student(freedom: int) -> float:
    return float(t.ppf(0.975, freedom))


def sign_test(wins: int, losses: int) -> float:
    """Return the exact two-sided p-value of wins against losses; 1 if there are none."""
    m = wins + losses
    return min(1.0, sum(math.comb(m, k) for k in range(min(wins, losses) + 1)) / 2 ** (m - 1))


def effective(passed: Floats, asked: Floats) -> float:
    """Return how many independent rows the documents' rows are worth, where they differ."""
    rows, count = asked.sum(), len(asked)
    p = passed.sum() / rows
    spread = count / (count - 1) * ((passed - p * asked) ** 2).sum() / rows**2
    return float(min(rows, p * (1 - p) / spread))


def clustered(passed: Floats, asked: Floats) -> tuple[float, float]:
    """Return Wilson's interval on the effective number of rows, with t for the documents."""
    n = effective(passed, asked)
    low, high = wilson(passed.sum() / asked.sum() * n, n, _student(len(asked) - 1))
    return float(low), float(high)


def power_of(n: int, difference: float, discordant: float, alpha: float) -> float:
    """Return the exact power of the two-sided z-test on n pairs."""
    z = norm.ppf(1 - alpha / 2)
    # Twice the expected disagreements, and 30: what lies beyond has no weight.
    m = np.arange(1, int(2 * n * discordant) + 30)
    wins = (discordant + difference) / discordant / 2
    above = binom.sf(np.floor((m + z * np.sqrt(m)) / 2), m, wins)
    below = binom.cdf(np.ceil((m - z * np.sqrt(m)) / 2) - 1, m, wins)
    return float((binom.pmf(m, n, discordant) * (above + below)).sum())


def holds(comparisons: Sequence[dict[str, Any]], alpha: float) -> dict[str, str]:
    """Return the sign of every comparison that Holm's procedure keeps."""
    found = []
    for one in comparisons:
        read = one["differences"][: one["planned"]]
        wins, losses = read.count(1), read.count(-1)
        p = sign_test(wins, losses) if len(read) == one["planned"] else 1.0
        found.append((p, one["name"], "better" if wins > losses else "worse"))
    kept = {}
    for place, (p, name, sign) in enumerate(sorted(found)):
        if p > alpha / (len(found) - place):
            break
        kept[name] = sign
    return kept


# What is asked of every interval


def _ends(got: Any, count: int, least: float = 0.0) -> tuple[Floats, Floats]:
    """Want `count` pairs of numbers in order, inside `least` to 1."""
    shaped = isinstance(got, list) and len(got) == count
    require(shaped, f"Return a list of {count} intervals, one for each row.", got)
    for place, pair in enumerate(got):
        two = isinstance(pair, list) and [type(end) for end in pair] in _NUMBERS
        require(two, f"{_interval(place, count)} is not [low, high].", pair)
        good = least - _TINY <= pair[0] <= pair[1] <= 1 + _TINY
        reason = f"{_interval(place, count)} is not in order, or leaves {least:g} to 1."
        require(good, reason, pair)
    low, high = np.array(got).T
    return low, high


_NUMBERS = [[a, b] for a in (int, float) for b in (int, float)]


def _interval(place: int, count: int) -> str:
    return f"Interval {place}" if count > 1 else "The interval"


def _holding(low: Floats, high: Floats, seen: Floats) -> None:
    """Want each interval to hold what was observed."""
    for place, value in enumerate(seen):
        good = low[place] - _TINY <= value <= high[place] + _TINY
        shown = [round(float(low[place]), 4), round(float(high[place]), 4)]
        require(
            good,
            f"{_interval(place, len(seen))} does not hold the observed value.",
            shown,
            float(value),
        )


def _honest(
    low: Floats,
    high: Floats,
    chances: Floats,
    truths: Floats,
    bars: tuple[float, float, float],
    narrow: tuple[Floats, Floats],
) -> None:
    """Want mean and least coverage over the truths, and the mean width, within bars.

    `chances` has a row for each outcome and a column for each truth; `narrow`
    holds the ends that set the width.
    """
    mean, least, widest = bars
    inside = (low[:, None] <= truths + _TINY) & (truths - _TINY <= high[:, None])
    covered = (chances * inside).sum(axis=0) / chances.sum(axis=0)
    wide = float(((high - low) @ chances).mean() / ((narrow[1] - narrow[0]) @ chances).mean())
    require(
        float(covered.mean()) >= mean,
        "Too narrow: over every outcome, weighed by its exact chance, the intervals hold the "
        f"truth {covered.mean():.1%} of the time, and {mean:.1%} is the least that passes.",
        f"{covered.mean():.4f}",
        f"at least {mean:.3f}",
    )
    worst = int(covered.argmin())
    require(
        float(covered[worst]) >= least,
        f"At a true value of {truths[worst]:.3f} the intervals hold it {covered[worst]:.1%} of "
        "the time.",
        f"{covered[worst]:.4f}",
        f"at least {least:.2f}",
    )
    require(
        wide <= widest,
        f"Too wide: {wide:.2f} times a standard interval for such data, and it must be at most "
        f"{widest:g}.",
        f"{wide:.3f}",
        f"at most {widest:g}",
    )


# Task 1: a rate


def rate_intervals(learner: Learner, seed: int) -> Score:
    """Enumerate every count of n; want coverage, width, and honest ends at none and all."""
    draw = Random(seed)
    ladder = Ladder(learner)

    def want(n: int, confidence: float, mirrored: bool, mean: float, least: float) -> None:
        got = learner.call("rate_intervals", [[k, n] for k in range(n + 1)], confidence)
        low, high = _ends(got, n + 1)
        rates = np.arange(0.01, 0.3001, 0.005)
        truths = 1 - rates if mirrored else rates
        counts = np.arange(n + 1)
        narrow = wilson(counts, n, float(norm.ppf((1 + confidence) / 2)))
        chances = binom.pmf(counts[:, None], n, truths)
        _honest(low, high, chances, truths, (mean, least, 1.15), narrow)

    first = "a few rows"
    with ladder.step(first, 1):
        asked = [draw.randint(60, 400) for _ in range(6)]
        rows = [[round(n * draw.uniform(0.2, 0.8)), n] for n in asked]
        low, high = _ends(learner.call("rate_intervals", rows, 0.95), len(rows))
        passed, counts = np.array(rows).T
        _holding(low, high, passed / counts)
        usual = np.subtract(*wilson(passed, counts)[::-1])
        for place, ratio in enumerate((high - low) / usual):
            within(ratio, 0.6, 1.6, what=f"width {place}, as a multiple of a standard interval's")
    with ladder.step("none and all", 1, after=first):
        n = draw.randint(30, 200)
        low, high = _ends(learner.call("rate_intervals", [[0, n], [n, n]], 0.95), 2)
        _holding(low, high, np.array([0.0, 1.0]))
        within(high[0], 2 / n, 5 / n, what=f"upper end for 0 of {n}")
        within(1 - low[1], 2 / n, 5 / n, what=f"the lower end's distance from 1 for {n} of {n}")
    with ladder.step("true rates of 1 % to 30 %", 2, after=first):
        want(draw.randint(50, 90), 0.95, False, 0.945, 0.87)
    with ladder.step("true rates of 70 % to 99 %", 1, after=first):
        want(draw.randint(100, 200), 0.95, True, 0.945, 0.87)
    with ladder.step("another confidence", 1, after=first):
        confidence = draw.choice((0.9, 0.99))
        want(draw.randint(50, 90), confidence, False, confidence - 0.008, 0.7)
    return ladder.score()


# Task 2: how many trials


def trials_needed(learner: Learner, seed: int) -> Score:
    """Draw rates, confidences and allowed failures; want the fewest trials, exactly."""
    draw = Random(seed)
    ladder = Ladder(learner)

    def want(rate: float, confidence: float, allowed: int) -> None:
        # Trials until the failure that is one too many.
        least = int(nbinom.ppf(confidence, allowed + 1, rate)) + allowed + 1
        got = learner.call("trials_needed", rate, confidence, allowed)
        equal(got, least, what=f"trials_needed({rate:g}, {confidence:g}, {allowed})")

    with ladder.step("no failure, 95 %", 2):
        for low, high in ((0.004, 0.012), (0.02, 0.06), (0.08, 0.3)):
            want(round(draw.uniform(low, high), 4), 0.95, 0)
    with ladder.step("no failure, another confidence", 1):
        for confidence in draw.sample((0.8, 0.9, 0.98, 0.99), 2):
            want(round(draw.uniform(0.006, 0.06), 4), confidence, 0)
    with ladder.step("some failures", 2):
        for allowed in draw.sample(range(1, 5), 2):
            want(round(draw.uniform(0.01, 0.08), 4), draw.choice((0.9, 0.95, 0.99)), allowed)
    return ladder.score()


# Task 3: a paired difference


def _tables(n: int, only_a: float, only_b: float, share: float) -> tuple[Any, Floats]:
    """Return every table of n items that occurs with a chance above 1e-4, and the chances."""
    a, b = (side.ravel() for side in np.indices((n // 2, n // 2)))
    rest = n - a - b
    logs = gammaln(n + 1) - gammaln(a + 1) - gammaln(b + 1) - gammaln(rest + 1)
    chances = np.exp(
        logs + a * np.log(only_a) + b * np.log(only_b) + rest * np.log(1 - only_a - only_b)
    )
    likely = chances > 1e-4
    a, b, rest = a[likely], b[likely], rest[likely]
    both = np.round(rest * share).astype(int)
    return np.stack([both, a, b, rest - both], axis=1), chances[likely]


def paired_intervals(learner: Learner, seed: int) -> Score:
    """Enumerate tables of paired outcomes; want coverage and a width that pairing allows."""
    draw = Random(seed)
    ladder = Ladder(learner)
    share = draw.uniform(0.65, 0.85)

    def want(n: int, rates: Sequence[float], mean: float, widest: float) -> None:
        tables, chances = _tables(n, *rates, share)
        low, high = _ends(learner.call("paired_intervals", tables.tolist()), len(tables), -1.0)
        truth = np.array([rates[1] - rates[0]])
        _honest(low, high, chances[:, None], truth, (mean, mean, widest), paired(tables))

    first = "a few tables"
    with ladder.step(first, 1):
        tables = np.array([_table(draw, share) for _ in range(6)])
        low, high = _ends(learner.call("paired_intervals", tables.tolist()), 6, -1.0)
        _holding(low, high, (tables[:, 2] - tables[:, 1]) / tables.sum(axis=1))
        usual = np.subtract(*paired(tables)[::-1])
        for place, ratio in enumerate((high - low) / usual):
            within(ratio, 0.6, 3.5, what=f"width {place}, as a multiple of a paired interval's")
    with ladder.step("covers, and is as narrow as pairing allows", 2, after=first):
        less = round(draw.uniform(0.03, 0.05), 3)
        rates = draw.sample([less, round(draw.uniform(0.07, 0.11), 3)], 2)
        want(draw.randint(100, 140), rates, 0.93, 1.15)
    with ladder.step("few disagreements", 1, after=first):
        want(draw.randint(46, 54), draw.sample([0.05, 0.02], 2), 0.945, 1.15)
    with ladder.step("no disagreement", 1, after=first):
        n = draw.randint(40, 120)
        both = round(n * share)
        low, high = _ends(learner.call("paired_intervals", [[both, 0, 0, n - both]]), 1, -1.0)
        within(-low[0], 1.5 / n, 8 / n, what="the lower end's distance from 0")
        within(high[0], 1.5 / n, 8 / n, what="the upper end's distance from 0")
    return ladder.score()


def _table(draw: Random, share: float) -> list[int]:
    """Draw one table with a clear difference."""
    few, many, rest = draw.randint(2, 6), draw.randint(14, 26), draw.randint(90, 300)
    both = round(rest * share)
    return [both, *draw.sample([few, many], 2), rest - both]


# Task 4: how many items


def items_needed(learner: Learner, seed: int) -> Score:
    """Draw designs; want a number of items whose exact power is enough and not wasteful."""
    draw = Random(seed)
    ladder = Ladder(learner)

    def want(alpha: float, power: float) -> None:
        difference = draw.randint(20, 80) / 1000
        discordant = round(difference * draw.uniform(2.6, 4.5), 3)
        got = learner.call("items_needed", difference, discordant, alpha, power)
        whole = type(got) is int and 0 < got < 100_000
        require(whole, "Return a whole number of items, below 100,000.", got)
        reached = power_of(got, difference, discordant, alpha)
        require(
            reached >= power - 0.01,
            f"Too few: with {got} items the test finds the difference {reached:.1%} of the time.",
            got,
            f"a power of {power:g}",
        )
        fewer = math.floor(got / 1.1)
        require(
            power_of(fewer, difference, discordant, alpha) < power,
            f"Too many: {fewer} items would do.",
            got,
            f"at most a tenth more than needed for a power of {power:g}",
        )

    with ladder.step("alpha .05, power .8", 2):
        want(0.05, 0.8)
        want(0.05, 0.8)
    with ladder.step("another power", 1):
        want(0.05, draw.choice((0.9, 0.95)))
    with ladder.step("another alpha", 1):
        want(draw.choice((0.01, 0.02, 0.1)), 0.8)
    return ladder.score()


# Task 5: rows that come in documents


@lru_cache(maxsize=16)
def _chances(count: int, least: int, most: int) -> tuple[Floats, Floats]:
    """Return the chance of each count at each whole percent from `least` to `most`, and these."""
    truths = np.arange(least, most + 1) / 100
    return binom.pmf(np.arange(count + 1)[:, None], count, truths), truths


def _world(draw: Random, alike: float) -> list[list[int]]:
    """Draw documents whose questions agree as much as `alike` says; longer ones are harder."""
    level, documents = draw.uniform(0.62, 0.7), []
    for _ in range(draw.randint(30, 38)):
        asked = draw.choice((2, 3, 4, 5, 6, 12))
        p = level
        if alike:
            p += -0.2 if asked == 12 else 0.1
            p = draw.betavariate(p * (1 - alike) / alike, (1 - p) * (1 - alike) / alike)
        documents.append([sum(draw.random() < p for _ in range(asked)), asked])
    return documents


def _once(reach: float, count: int, case: str) -> None:
    """Want an interval that reaches as far as one on `count` documents does."""
    require(
        2 / count <= reach <= 5 / count,
        f"{case}: count each document once. With {count} documents the far end should lie "
        f"{2 / count:.3f} to {5 / count:.3f} from the observed share, and lies {reach:.3f}.",
        f"{reach:.4f}",
    )


def clustered_interval(learner: Learner, seed: int) -> Score:
    """Draw documents with several questions; want the width that their likeness calls for."""
    draw = Random(seed)
    ladder = Ladder(learner)

    def ask(documents: list[list[int]]) -> tuple[float, float]:
        low, high = _ends([learner.call("clustered_interval", documents)], 1)
        passed, asked = np.array(documents).sum(axis=0)
        _holding(low, high, np.array([passed / asked]))
        return float(low[0]), float(high[0])

    def total(alike: float, narrow: float, wide: float) -> None:
        widths, usual, offsets = 0.0, 0.0, 0.0
        for _ in range(6):
            documents = _world(draw, alike)
            low, high = ask(documents)
            passed, asked = np.array(documents).T
            ends = clustered(passed, asked)
            widths, usual = widths + high - low, usual + ends[1] - ends[0]
            offsets += (low + high - sum(ends)) / 12
        within(offsets, -0.025, 0.025, what="mean distance from the middle that was wanted")
        ratio = widths / usual
        require(ratio >= narrow, f"Too narrow: {ratio:.2f} of the width that is needed.", ratio)
        require(ratio <= wide, f"Too wide: {ratio:.2f} of the width that is needed.", ratio)

    first = "one question a document"
    with ladder.step(first, 1):
        for _ in range(2):
            count = draw.randint(60, 120)
            passes = round(count * draw.uniform(0.3, 0.8))
            documents = [[int(place < passes), 1] for place in range(count)]
            draw.shuffle(documents)
            low, high = ask(documents)
            ends = wilson(passes, count)
            ratio = (high - low) / float(ends[1] - ends[0])
            within(ratio, 0.85, 1.15, what="width, as a multiple of Wilson's")
    count, times = draw.randint(20, 24), draw.randint(3, 6)
    narrow = wilson(np.arange(count + 1), count)
    copies: list[tuple[float, float]] = []
    again = "the same question, several times"
    with ladder.step(again, 1, after=first):
        worlds = [[[times, times]] * k + [[0, times]] * (count - k) for k in range(count + 1)]
        copies += map(ask, worlds)
        low, high = np.array(copies).T
        _honest(low, high, *_chances(count, 25, 75), (0.93, 0.88, 1.2), narrow)
    with ladder.step("the same, nearly all passing", 1, after=again):
        low, high = np.array(copies).T
        _honest(low, high, *_chances(count, 80, 95), (0.93, 0.9, 1.2), narrow)
    with ladder.step("documents that are alike in part", 2, after=first):
        total(draw.uniform(0.12, 0.3), 0.82, 1.12)
    with ladder.step("documents that are not alike", 1, after=first):
        total(0.0, 0.78, 1.2)
    with ladder.step("every question passes, or none", 1, after=first):
        count = draw.randint(20, 40)
        sizes = draw.choices(range(2, 9), k=count)
        _once(1 - ask([[asked, asked] for asked in sizes])[0], count, "Every question passes")
        _once(ask([[0, asked] for asked in sizes])[1], count, "No question passes")
    return ladder.score()


# Task 6: many comparisons

_SYSTEMS = ("prompt", "model", "topic", "index", "tool", "rule")


@lru_cache(maxsize=1)
def _splits() -> list[tuple[float, int, int]]:
    """Return the p-value of every split of 6 to 60 disagreements, with its parts, by p."""
    found = []
    for m in range(6, 61):
        tails = binom.cdf(range(m // 2), m, 0.5)
        found += [(2 * float(tail), few, m - few) for few, tail in enumerate(tails)]
    return sorted(found)


def _split(draw: Random, low: float, high: float) -> tuple[int, int]:
    """Draw disagreements, fewer and more, whose p-value lies between `low` and `high`."""
    found = _splits()
    first = bisect_right(found, low, key=itemgetter(0))
    _, few, many = draw.choice(found[first : bisect_left(found, high, key=itemgetter(0))])
    return few, many


def _differences(draw: Random, few: int, many: int, sign: int) -> list[int]:
    """Shuffle wins, losses and items without a difference."""
    found = [sign] * many + [-sign] * few + [0] * draw.randint(many // 3, many)
    return draw.sample(found, len(found))


def _early(draw: Random, found: list[int]) -> list[int]:
    """Bring the commoner sign to the front, so that a look on the way would see a winner."""
    more = 1 if sum(found) > 0 else -1
    return sorted(found, key=lambda x: (x != more) * draw.random())


def claims_that_hold(learner: Learner, seed: int) -> Score:
    """Draw families of comparisons around Holm's thresholds; want what holds, and its sign."""
    draw = Random(seed)
    ladder = Ladder(learner)
    alpha = draw.choice((0.05, 0.1))

    def named(*found: list[int]) -> list[dict[str, Any]]:
        numbers = draw.sample(range(10, 99), len(found))
        return [
            {"name": f"{draw.choice(_SYSTEMS)}-{n}", "planned": len(x), "differences": x}
            for n, x in zip(numbers, found, strict=True)
        ]

    def sign() -> int:
        return draw.choice((1, -1))

    def drawn(low: float, high: float) -> list[int]:
        return _differences(draw, *_split(draw, low, high), sign())

    def want(comparisons: list[dict[str, Any]]) -> None:
        draw.shuffle(comparisons)
        got = learner.call("claims_that_hold", comparisons, alpha)
        require(isinstance(got, dict), "Return a dict from name to better or worse.", got)
        kept = holds(comparisons, alpha)
        extra, lost = sorted(set(got) - set(kept)), sorted(set(kept) - set(got))
        require(not extra, f"{', '.join(extra)} does not hold.", got, kept)
        require(not lost, f"{', '.join(lost)} holds and is not named.", got, kept)
        equal(got, kept, what="the claims")

    first = "one comparison"
    with ladder.step(first, 1):
        want(named(drawn(alpha * 0.55, alpha * 0.98)))
        want(named(drawn(alpha / 50, alpha / 10)))
        want(named(drawn(alpha * 1.02, alpha * 1.6)))
    with ladder.step("read once, where the plan says", 2):
        sure, lucky, peeked, longer = named(
            drawn(0, alpha / 60),
            _early(draw, drawn(0, alpha / 60)),
            _early(draw, drawn(alpha * 1.5, 0.3)),
            drawn(alpha * 1.5, 0.3),
        )
        # Questions after the plan take the win from one and give it to another.
        sure["differences"] = sure["differences"] + [-one for one in sure["differences"]]
        lucky["planned"] += draw.randint(10, 40)
        longer["differences"] = longer["differences"] + [sign()] * 60
        want([sure, lucky, peeked, longer])
    # Nothing holds here, so silence would pass: it has failed before.
    with ladder.step("the best of four equals", 1, after=first):
        want(named(drawn(alpha / 4, alpha / 2), *[drawn(alpha, 1) for _ in range(3)]))
    with ladder.step("a family", 2):
        m = draw.randint(6, 8)
        want(
            named(
                drawn(alpha / m / 2, alpha / m),
                drawn(alpha / m, alpha / (m - 1)),
                drawn(alpha / (m - 2), alpha / (m - 3)),
                drawn(alpha / (m - 2), alpha / (m - 3)),
                drawn(alpha / 2, alpha),
                *[drawn(2 * alpha, 1) for _ in range(m - 5)],
            )
        )
    with ladder.step("what found nothing counts too", 1):
        nothing = [0] * draw.randint(30, 80)
        cut = _early(draw, drawn(alpha, 1))
        family = named(
            drawn(0, alpha / 20), drawn(alpha / 4, alpha / 3), drawn(alpha / 3, alpha), nothing, cut
        )
        family[4]["planned"] += draw.randint(5, 20)
        want(family)
    return ladder.score()
