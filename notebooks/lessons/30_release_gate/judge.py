"""Judge the six tasks of lesson 30: a release gate, its plan, its evidence and its exceptions.

The statistical bars of tasks 3 and 4 are computed, not drawn: the learner's function is asked
about every outcome that matters, and binomial chances weigh its verdicts. In task 3 all but 1.5
percent of the law is asked about; in task 4 the outcomes are taken at three numbers of
disagreements, which stand for the whole law to 1.5 points in what is judged. The cases that a
seed can draw are few, so `tests/bench/test_30_bars.py` goes through all of them: the reference
and the right ways in the corpus keep every bar, so their chance to fail is 0, and the named
wrong methods pass with a chance below .001. A plan in task 2 may be .5 % below and 3 % above the
formula, which leaves room for its variants.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from itertools import pairwise
from random import Random
from statistics import NormalDist
from typing import Any

from scipy.special import bdtr

from autograder.checks import Ladder, Score, equal, record, require, within
from autograder.judging import Learner
from autograder.scenarios.candidates import World, pool, stage

__all__ = [
    "choose_runs",
    "decide",
    "judge_slices",
    "override_in_force",
    "pair_runs",
    "plan_gate",
]

HINTS = {
    "pair_runs": (
        "Make one dict per run, from item to the verdict of its smallest attempt. Walk over the "
        "items of either: if one side lacks it or is 'ungraded', count it in dropped; else "
        "compare verdict == 'pass' on both sides. p_worse is tail(lost, won)."
    ),
    "plan_gate": (
        "z = norm.ppf(1 - alpha) + norm.ppf(power) gives items = ceil(z**2 * (discordant - "
        "effect**2) / effect**2). For slices, alpha is divided by their number first, and the "
        "smallest loss is z * sqrt(discordant / (items + z**2)); None if that exceeds discordant."
    ),
    "judge_slices": (
        "First pass: held if bounds(items, lost, won, alpha)[1] < margin. Then sort the chances "
        "tail(lost, won) of all slices; the i-th smallest, from 0, is worse "
        "while it is at most alpha / (m - i), and not held. What is left is unknown."
    ),
    "decide": (
        "alpha = gate['alpha'] / gate['attempts'] throughout. Collect three lists of names: "
        "invalid, block, and what needs more data; the first that is not empty gives the verdict. "
        "low, high = bounds(items, lost, won, alpha): high < margin passes, otherwise "
        "low > 0 blocks, otherwise more data."
    ),
    "choose_runs": (
        "Keep runs with finished == planned and the digest of their version. For each pair list "
        "the pinned fields in which they differ, and 'edited_by' if either golden set was edited "
        "by the candidate's author. min over (number of problems, candidate's start, baseline's "
        "start) is the answer."
    ),
    "override_in_force": (
        "Write one function that returns the first rule an override breaks, or '', with the rules "
        "in the order of the table; datetime.fromisoformat reads every time, and aware times "
        "compare whatever their offsets. In force is the earliest granted of those with ''."
    ),
}

WHY = {
    "pair_runs": (
        "Items on which both versions agree say nothing about their difference; pairing takes "
        "them out, and the first attempt keeps luck from being asked twice."
    ),
    "plan_gate": (
        "A gate promises to see an effect; how many items that takes follows from the share of "
        "disagreements, and what a slice cannot show is known before it is looked at."
    ),
    "judge_slices": (
        "Shown worse, shown held and not known are three claims: the first pays for every slice "
        "that was looked at, the second must be shown too, the third is an honest rest."
    ),
    "decide": (
        "The document decides and the code only reads it: so a changed threshold changes "
        "verdicts, and no threshold stands anywhere else."
    ),
    "choose_runs": (
        "A difference between runs belongs to the version only if everything else that could "
        "have made it is the same."
    ),
    "override_in_force": (
        "An exception is a release decision of its own: for one build, for named reasons, by a "
        "named person, until a named time."
    ),
}

_POWER = 0.98  # of the planned size, for a loss of nothing and of the margin
_RARE = 2e-4  # chance of a split that is not asked about


# Oracles


@lru_cache(maxsize=4_096)
def tail(lost: int, won: int) -> float:
    """Return the chance that a fair coin gives at least `lost` of lost + won."""
    m = lost + won
    if lost > won:
        return sum(math.comb(m, k) for k in range(lost, m + 1)) / 2**m
    return 1 - sum(math.comb(m, k) for k in range(lost)) / 2**m


@lru_cache(maxsize=64)
def quantile(share: float) -> float:
    """Return the normal quantile of a share."""
    return NormalDist().inv_cdf(share)


def upper(items: int, lost: int, won: int, alpha: float) -> float:
    """Return the one-sided upper bound of the loss, one imaginary item on either side."""
    n = items + 2
    mean = (lost - won) / n
    return mean + quantile(1 - alpha) * math.sqrt((lost + won + 2) / n / n - mean**2 / n)


def needed(effect: float, discordant: float, alpha: float, power: float) -> float:
    """Return how many paired items show a loss of `effect`, as a fraction."""
    z = quantile(1 - alpha) + quantile(power)
    return z * z * (discordant - effect**2) / effect**2


# Task 1: one table out of two runs


def _rows(world: World) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of the two runs that compare."""
    [pair] = world.truth.pairs.values()
    assert pair is not None
    words = {1: "pass", 0: "fail", None: "ungraded"}
    before, after = (
        [
            {"item": item, "attempt": 1, "verdict": words[verdict]}
            for item, verdict in zip(run.items, run.passed, strict=True)
        ]
        for run in map(world.public.run, pair)
    )
    return before, after


def _graded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row if row["verdict"] != "ungraded" else {**row, "verdict": "fail"} for row in rows]


def _counted(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[str, int]:
    """Return the table that the rules give."""
    sides = []
    for rows in (before, after):
        first: dict[str, tuple[int, str]] = {}
        for row in rows:
            said = (row["attempt"], row["verdict"])
            first[row["item"]] = min(first.get(row["item"], said), said)
        sides.append({item: verdict for item, (_, verdict) in first.items()})
    old, new = sides
    paired = [
        (old[item] == "pass", new[item] == "pass")
        for item in old.keys() & new.keys()
        if "ungraded" not in (old[item], new[item])
    ]
    lost, won = paired.count((True, False)), paired.count((False, True))
    dropped = len(old.keys() | new.keys()) - len(paired)
    return {"items": len(paired), "lost": lost, "won": won, "dropped": dropped}


_TABLE = {"items": int, "lost": int, "won": int, "dropped": int, "p_worse": float}


def pair_runs(learner: Learner, seed: int) -> Score:
    """Take two runs of a registry; want the table of their pairs, and the chance of its split."""
    draw, ladder = Random(seed), Ladder(learner)
    world = stage(draw.getrandbits(40), items=draw.randint(60, 70), candidates=1,
                  confounds=("none",))  # fmt: skip
    before, after = _rows(world)
    both = [i for i, (a, b) in enumerate(zip(before, after, strict=True))
            if a["verdict"] == b["verdict"] == "pass"]  # fmt: skip
    for place in draw.sample(both, draw.randint(6, 10)):
        after[place] = {
            **after[place],
            "verdict": "fail",
        }  # so that either side would notice a swap

    def want(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
        shuffled = [draw.sample(rows, len(rows)) for rows in (old, new)]
        got = record(learner.call("pair_runs", *shuffled), _TABLE, what="the table")
        for name, count in _counted(old, new).items():
            equal(got[name], count, what=name)

    clean = "the same items in another order"
    with ladder.step(clean, 2):
        want(_graded(before), _graded(after))
        want(_graded(after), _graded(before))
    with ladder.step("ungraded, and in one run only", 1, after=clean):
        few = len(before) // draw.randint(8, 12)
        old, new = before[few:], after[: len(after) - few - draw.randint(1, 4)]
        for rows in (old, new):
            for place in draw.sample(range(len(rows)), 6):
                rows[place] = {**rows[place], "verdict": "ungraded"}
        want(old, new)
    with ladder.step("time-outs", 1, after=clean):
        late = set(draw.sample(range(len(after)), 14))
        timed = [{**r, "verdict": "timeout"} if i in late else r for i, r in enumerate(after)]
        want(_graded(before), _graded(timed))
    with ladder.step("first attempts", 1, after=clean):
        again = [
            {"item": r["item"], "attempt": k, "verdict": draw.choice(("pass", "pass", "fail"))}
            for r in draw.sample(after, 30)
            for k in range(2, draw.randint(3, 4))
        ]
        want(_graded(before), _graded(after) + again)
        want(_graded(after) + again[::2], _graded(before))
        # What got no verdict at first is not asked again until it has one.
        gone = {r["item"] for r in again[::3]}
        lost = [{**r, "verdict": "ungraded"} if r["item"] in gone else r for r in _graded(after)]
        want(_graded(before), lost + again)
    with ladder.step("the chance of such a split", 2, after=clean):
        for lost, won in _splits(draw):
            rows = _made(lost, won, draw.randint(3, 30))
            table = record(learner.call("pair_runs", *rows), _TABLE, what="the table")
            p = tail(lost, won)
            within(table["p_worse"], p - 1e-9, p + 1e-9, what=f"p_worse for {lost} to {won}")
    return ladder.score()


def _splits(draw: Random) -> list[tuple[int, int]]:
    few = draw.randint(1, 3)
    return [
        (few + draw.randint(6, 9), few),
        (few, few + draw.randint(5, 9)),
        (draw.randint(14, 18), draw.randint(9, 13)),
        (0, 0),
    ]


def _made(lost: int, won: int, same: int) -> list[list[dict[str, Any]]]:
    """Write rows of two runs with these disagreements."""
    verdicts = [("pass", "fail")] * lost + [("fail", "pass")] * won + [("pass", "pass")] * same
    return [
        [
            {"item": f"q{i:04d}", "attempt": 1, "verdict": pair[side]}
            for i, pair in enumerate(verdicts)
        ]
        for side in (0, 1)
    ]


# Task 2: how many items


_PLAN = {"items": float, "visible": dict}  # numpy's ceil gives a float


def plan_gate(learner: Learner, seed: int) -> Score:
    """Draw gates; want the items for an effect, and what each slice of a golden set can show."""
    draw, ladder = Random(seed), Ladder(learner)
    names = [t.name for t in next(iter(_pool(draw, draw.randint(4, 9)).values()))]

    def ask(alpha: float, power: float) -> tuple[dict[str, Any], list[Any]]:
        effect = draw.randint(15, 40) / 1000
        discordant = round(effect * draw.uniform(2.6, 5), 3)
        sizes = {name: draw.randint(300, 900) for name in names}
        # One where the square of z counts, and one so small that it can show nothing.
        some, few = draw.sample(names, 2)
        z = quantile(1 - alpha / len(names)) + quantile(power)
        edge = z * z * (1 / discordant - 1)
        sizes[some] = int(edge * draw.uniform(1.1, 1.4))
        sizes[few] = max(5, int(edge * draw.uniform(0.3, 0.8)))
        got = learner.call("plan_gate", effect, discordant, alpha, power, sizes)
        return record(got, _PLAN, what="the plan"), [effect, discordant, alpha, power, sizes]

    def items(got: dict[str, Any], effect: float, discordant: float, *rest: Any) -> None:
        want = needed(effect, discordant, rest[0], rest[1])
        name = f"items for a loss of {effect:g} at {discordant:g} disagreements"
        within(got["items"], 0.995 * want, 1.03 * want + 1, what=name)
        require(got["items"] % 1 == 0, "Items are whole: round up.", got["items"])

    with ladder.step("items for an effect", 2):
        for _ in range(2):
            got, asked = ask(0.05, 0.95)
            items(got, *asked)
    with ladder.step("another alpha and power", 1):
        for alpha, power in ((0.01, 0.9), (0.1, 0.8)):
            got, asked = ask(alpha, power)
            items(got, *asked)
    seen = "what each slice shows"
    plans: list[tuple[dict[str, Any], list[Any]]] = []
    with ladder.step(seen, 2):
        plans += [ask(0.05, 0.8), ask(draw.choice((0.02, 0.1)), draw.choice((0.9, 0.95)))]
        for got, asked in plans:
            want = _visible(*asked[1:])
            equal(sorted(got["visible"]), sorted(want), what="the names in visible")
            for name, loss in want.items():
                if loss is not None:
                    at = f"the loss visible in {asked[4][name]} items"
                    within(got["visible"][name], 0.99 * loss, 1.01 * loss, what=at)
    with ladder.step("a slice that shows nothing", 1, after=seen):
        for got, asked in plans:
            want = _visible(*asked[1:])
            blind = [name for name, loss in want.items() if loss is None]
            equal({n: got["visible"][n] for n in blind}, dict.fromkeys(blind), what="blind slices")
    return ladder.score()


def _visible(
    discordant: float, alpha: float, power: float, sizes: Mapping[str, int]
) -> dict[str, float | None]:
    """Return the smallest loss that each slice shows, None where it exceeds the disagreements."""
    z = quantile(1 - alpha / len(sizes)) + quantile(power)
    losses = {name: z * math.sqrt(discordant / (n + z * z)) for name, n in sizes.items()}
    return {name: loss if loss <= discordant else None for name, loss in losses.items()}


def _pool(draw: Random, slices: int, count: int = 4, items: int = 0) -> Mapping[str, Any]:
    """Draw slices of a few candidates."""
    drawn = pool(draw.getrandbits(40), count=count, slices=slices, items=items or 300 * slices)
    return drawn.public.slices


# Task 3: slices


_THREE = ("held", "unknown", "worse")
# Disagreements at which a coin is coarse: by alpha and the slices that lose nothing, the exact
# test keeps alpha in the family and its normal approximation does not.
_COARSE = {
    (0.05, 4): (26, 28), (0.05, 5): (24, 26), (0.05, 6): (24, 32), (0.05, 7): (22, 32),
    (0.1, 4): (24, 36), (0.1, 5): (22, 32), (0.1, 6): (20, 30), (0.1, 7): (20, 28),
}  # fmt: skip


def judge_slices(learner: Learner, seed: int) -> Score:
    """Draw families of slices; want claims whose errors, enumerated, stay within alpha."""
    draw, ladder = Random(seed), Ladder(learner)
    m, alpha = draw.randint(8, 10), draw.choice((0.05, 0.1))
    names = [t.name for t in next(iter(_pool(draw, m).values()))]

    def ask(tables: Sequence[Sequence[int]], margin: float, level: float) -> list[str]:
        called = [names[i] if i < m else f"s{i}" for i in range(len(tables))]
        rows = [
            {"slice": name, "items": n, "lost": lost, "won": won}
            for name, (n, lost, won) in zip(called, tables, strict=True)
        ]
        got = learner.call("judge_slices", draw.sample(rows, len(rows)), margin, level)
        require(isinstance(got, dict), "Return a dict from slice to verdict.", got)
        equal(sorted(got), sorted(called), what="the slices named")
        other = sorted({str(v) for v in got.values()} - set(_THREE))
        require(not other, f"A verdict is held, worse or unknown, not {', '.join(other)}.", got)
        return [got[name] for name in called]

    plain = "an average that hides a slice"
    with ladder.step(plain, 2):
        for _ in range(2):
            hit = draw.randint(0, m - 1)
            tables = [_table(draw, draw.randint(900, 1300), 0.1, -0.01) for _ in range(m)]
            tables[hit] = _table(draw, draw.randint(250, 320), 0.2, 0.14)
            got = ask(tables, 0.07, alpha)
            want = ["worse" if i == hit else "held" for i in range(m)]
            equal(dict(zip(names, got, strict=True)), dict(zip(names, want, strict=True)),
                  what="the verdicts")  # fmt: skip
    with ladder.step("too few to know", 1, after=plain):
        tables = [_table(draw, draw.randint(900, 1300), 0.1, 0.0) for _ in range(m)]
        small = draw.sample(range(m), 2)
        for same, place in enumerate(small):  # in one of them the versions never disagree
            tables[place] = (draw.randint(25, 32), same, same)
        got = ask(tables, 0.03, 0.05)
        want = ["unknown" if i in small else "held" for i in range(m)]
        equal(dict(zip(names, got, strict=True)), dict(zip(names, want, strict=True)),
              what="the verdicts")  # fmt: skip
    with ladder.step("a real loss within the margin", 1, after=plain):
        tables = [_table(draw, draw.randint(900, 1300), 0.1, 0.0) for _ in range(m)]
        tables[0] = _table(draw, 6_000, 0.1, 0.03)
        got = ask(tables, 0.06, alpha)
        equal(got, ["held"] * m, what="the verdicts")
    with ladder.step("false alarms in the family", 2, after=plain):
        # Some slices are clearly worse, the others held: whoever spends less on the rest errs.
        clear = draw.randint(3, 4)
        apart = draw.choice(_COARSE[alpha, m - clear])
        rest: list[tuple[int, int, int]] = [(260, apart // 2, apart // 2)] * (m - clear - 1)
        surely = [(260, draw.randint(32, 38), draw.randint(1, 3)) for _ in range(clear)]
        verdicts = []
        for lost in range(apart // 2, apart + 1):
            said = ask([(260, lost, apart - lost), *rest, *surely], 0.05, alpha)
            others = [False] * len(rest) + [True] * clear
            equal([v == "worse" for v in said[1:]], others, what="which other slices are worse")
            verdicts.append((lost, said[0] == "worse"))
        alarm = sum(_pmf(apart, 0.5)[lost] for lost, worse in verdicts if worse)
        nulls = m - clear
        family = 1 - (1 - alarm) ** nulls
        require(
            family <= alpha + 1e-9,
            f"{nulls} of {m} slices lose nothing, and yet the chance that one of them is called "
            f"worse is {family:.1%}, by enumeration.",
            f"{family:.4f}",
            f"at most {alpha:g}",
        )
        law = _pmf(apart, 0.88)
        found = sum(law[lost] for lost, worse in verdicts if worse)
        least = sum(law[lost] for lost, _ in verdicts if tail(lost, apart - lost) <= alpha / m)
        require(
            found >= least - 0.1,
            f"A slice that loses 88 of 100 disagreements is called worse {found:.0%} of the time; "
            f"Bonferroni's procedure finds it {least:.0%} of the time.",
            f"{found:.3f}",
            f"at least {least - 0.1:.3f}",
        )
    with ladder.step("held has to be shown", 3, after=plain):
        level, margin = draw.choice((0.05, 0.1)), draw.choice((0.06, 0.07))
        n = draw.choice((200, 220, 240))
        cells, at_margin, at_zero = _cells(n, 0.1, margin)
        said = ask([(n, lost, won) for lost, won in cells], margin, level)
        wrongly = sum(p for p, v in zip(at_margin, said, strict=True) if v == "held")
        rightly = sum(p for p, v in zip(at_zero, said, strict=True) if v == "held")
        usual = sum(
            p
            for p, (lost, won) in zip(at_zero, cells, strict=True)
            if upper(n, lost, won, level) < margin
        )
        require(
            wrongly <= level + 0.02,
            f"A slice of {n} items that loses the whole margin is called held {wrongly:.1%} of "
            "the time, by enumeration.",
            f"{wrongly:.4f}",
            f"at most {level + 0.02:g}",
        )
        require(
            rightly >= usual - 0.1,
            f"A slice of {n} items that loses nothing is called held {rightly:.0%} of the time; "
            f"the bound of the text does so {usual:.0%} of the time.",
            f"{rightly:.3f}",
            f"at least {usual - 0.1:.3f}",
        )
    return ladder.score()


def _table(draw: Random, n: int, discordant: float, loss: float) -> tuple[int, int, int]:
    """Return a table near its expectation, a little different each time."""
    apart = round(n * discordant) + draw.randint(-3, 3)
    lost = round((apart + n * loss) / 2) + draw.randint(-1, 1)
    return n, lost, apart - lost


@lru_cache(maxsize=1_024)
def _pmf(n: int, p: float) -> list[float]:
    """Return the chance of every count of n."""
    below = [0.0, *map(float, bdtr(range(n + 1), n, p))]
    return [b - a for a, b in pairwise(below)]


@lru_cache(maxsize=512)
def _cells(
    n: int, discordant: float, margin: float
) -> tuple[list[tuple[int, int]], list[float], list[float]]:
    """Return the splits that occur where the margin is lost or nothing, and both chances.

    They hold all but 1.5 percent of either law.
    """
    laws = []
    for loss in (margin, 0.0):
        apart, share = _pmf(n, discordant), (discordant + loss) / discordant / 2
        laws.append(
            {
                (lost, m - lost): chance * part
                for m, chance in enumerate(apart)
                if chance > _RARE
                for lost, part in enumerate(_pmf(m, share))
                if chance * part > _RARE
            }
        )
    cells = sorted(laws[0].keys() | laws[1].keys())
    at_margin, at_zero = ([law.get(cell, 0.0) for cell in cells] for law in laws)
    return cells, at_margin, at_zero


# Task 4: the gate


_VERDICTS = ("block", "invalid", "more data", "ship")
_LIMITS = ("cost_ratio", "p95_ms", "refusals", "tokens_out", "tool_calls")
_FIELDS = ("golden", "judge", "index", "temperature", "harness")


def decide(learner: Learner, seed: int) -> Score:
    """Draw gate documents and reports; want verdicts that follow the document, errors counted."""
    draw, ladder = Random(seed), Ladder(learner)

    def ask(gate: dict[str, Any], reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
        got = learner.call("decide", gate, reports)
        shaped = isinstance(got, list) and len(got) == len(reports)
        require(shaped, f"Return a list of {len(reports)} decisions, one a report.", got)
        for one in got:
            record(one, {"verdict": str, "because": list}, what="a decision")
            known = one["verdict"] in _VERDICTS
            require(known, "A verdict is ship, block, more data or invalid.", one["verdict"])
        return got

    def measured(margin: float, alpha: float, attempts: int, part: int) -> dict[float, Any]:
        """Return the exact chances of each verdict by the multiple of the margin that is lost."""
        gate = _gate(draw, margin, alpha, attempts, bare=True)
        discordant = draw.randint(17, 24) / 200
        n = math.ceil(needed(margin, discordant, alpha / attempts, _POWER)) // part
        tables, laws = _outcomes(n, discordant, margin)
        reports = [_report(n, lost, won) for lost, won in tables]
        said = [one["verdict"] for one in ask(gate, reports)]
        return {
            multiple: {
                v: sum(p for p, s in zip(law, said, strict=True) if s == v) for v in _VERDICTS
            }
            for multiple, law in laws.items()
        }

    first = "three verdicts at the planned size"
    with ladder.step(first, 3):
        alpha = 0.02
        found = measured(draw.choice((0.03, 0.035)), alpha, 1, 1)
        _want(found[0.0]["ship"], 0.95, "nothing is lost", "ship")
        _want(found[1.0]["block"], 0.8, "the margin is lost", "block")
        _want(found[1.5]["block"], 0.97, "one and a half margins are lost", "block")
        _never(found[0.0]["block"], alpha + 0.02, "nothing is lost", "block")
        _never(found[1.0]["ship"], alpha + 0.02, "the margin is lost", "ship")
    with ladder.step("too few items", 2, after=first):
        # A quarter of what so small a margin takes is about the whole of the step before.
        found = measured(draw.choice((0.012, 0.014)), 0.01, 1, 4)
        _never(found[0.0]["block"], 0.03, "there are too few items and nothing is lost", "block")
        _never(found[1.0]["ship"], 0.03, "there are too few items and the margin is lost", "ship")
    with ladder.step("attempts share alpha", 2, after=first):
        attempts = draw.choice((3, 4))
        found = measured(draw.choice((0.015, 0.025)), 0.02 * attempts, attempts, 1)
        _want(found[0.0]["ship"], 0.95, "nothing is lost", "ship")
        what = f"one of {attempts} attempts meets a loss of the margin"
        _never(found[1.0]["ship"], 0.04, what, "ship")

    def exactly(
        *cases: tuple[dict[str, Any], str, list[str]], gate: dict[str, Any] | None = None
    ) -> None:
        """Want these decisions on reports that differ from a good one, in any order."""
        shuffled = draw.sample(cases, len(cases))
        got = ask(gate or usual, [report for report, _, _ in shuffled])
        for place, (one, (_, verdict, because)) in enumerate(zip(got, shuffled, strict=True), 1):
            want = {"verdict": verdict, "because": because}
            equal({**one, "because": sorted(map(str, one["because"]))}, want,
                  what=f"the decision on report {place} of {len(got)}")  # fmt: skip

    usual = gate = _gate(draw, draw.choice((0.015, 0.02, 0.03)), 0.04, draw.choice((2, 3)))
    size = math.ceil(needed(gate["margin"], 0.1, gate["alpha"] / gate["attempts"], _POWER))
    good = _good(draw, gate, size)
    bad = {**good, "lost": good["lost"] + round(0.9 * gate["margin"] * size),
           "won": good["won"] - round(0.9 * gate["margin"] * size)}  # fmt: skip
    short = {**good, **{k: good[k] // 16 for k in ("items", "lost", "won", "dropped")}}
    limits, critical = list(gate["limits"]), list(gate["critical"])
    with ladder.step("clear cases", 1):
        half = round(0.5 * gate["margin"] * 8 * size)  # lost on eight times the items: shown, and
        within_margin = {**good, "items": 8 * size, "lost": size + half, "won": size}  # harmless
        exactly((good, "ship", []), (bad, "block", ["quality"]), (short, "more data", ["quality"]),
                (within_margin, "ship", []))  # fmt: skip
    with ladder.step("the document's alpha", 1, after="clear cases"):
        for level, z, lost, unlost in (
            (0.1, 1.8, "block", "ship"),
            (0.005, 2.2, "more data", "more data"),
        ):
            even = draw.randint(190, 210)
            items, far = 20 * even, z * math.sqrt(2 * even)
            apart = round(far / 2)
            for margin, table, verdict in (
                (1.4 * far, (even + apart, even - apart), lost),
                (far, (even, even), unlost),
            ):
                asked = _gate(draw, margin / items, 2 * level, 2, bare=True)
                [one] = ask(asked, [_report(items, *table)])
                case = f"{table[0]} are lost, {table[1]} won, and alpha is {2 * level:g} for two"
                equal(one["verdict"], verdict, what=f"the verdict where {case} attempts")
    with ladder.step("what does not compare", 1, after="clear cases"):
        pinned = draw.sample(gate["pinned"], 2)
        free = [f for f in _FIELDS if f not in gate["pinned"]]
        late = gate["attempts"] + draw.randint(1, 2)
        exactly(
            ({**good, "differs": free}, "ship", []),
            ({**bad, "differs": [*free, *pinned]}, "invalid",
             sorted(f"differs:{f}" for f in pinned)),
            ({**good, "attempt": late}, "invalid", ["attempts"]),
            ({**good, "attempt": gate["attempts"]}, "ship", []),
        )  # fmt: skip
    with ladder.step("limits and slices", 2, after="clear cases"):
        over, at = draw.sample(limits, 2)
        worse = draw.choice([s for s in good["slices"] if s not in critical])
        exactly(
            (_measured(good, gate, {over: 1.01}), "block", [f"limit:{over}"]),
            (_measured(good, gate, {at: 1.0, over: 0.0}), "ship", []),
            ({**_measured(bad, gate, {over: 1.2}), "slices": {**good["slices"], worse: "worse"}},
             "block", sorted((f"limit:{over}", f"slice:{worse}", "quality"))),
            ({**good, "slices": {**good["slices"], worse: "unknown"}}, "ship", []),
        )  # fmt: skip
    with ladder.step("what people say", 1, after="clear cases"):
        # People: clearly worse, worse by less than the margin, and by less than alpha shows.
        refused = {"items": 300, "lost": 40, "won": draw.randint(4, 8)}
        little, chance = ({"items": 1_200, "lost": 200 + d, "won": 200 - d} for d in (26, 19))
        pleased = {**good, "lost": good["won"] // 2, "won": good["lost"]}
        exactly(
            ({**pleased, "outcome": refused}, "block", ["outcome"]),
            ({**pleased, "outcome": little}, "block", ["outcome"]),
            ({**pleased, "outcome": chance}, "ship", []),
        )
        exactly(
            ({**pleased, "outcome": refused}, "block", ["outcome"]),
            ({**pleased, "outcome": None}, "ship", []),
            gate={**gate, "outcome": False},
        )
    with ladder.step("missing is not healthy", 2, after="clear cases"):
        gone, place = draw.choice(limits), draw.choice(critical)
        other = draw.choice([s for s in gate["slices"] if s not in critical])
        unmeasured = {k: v for k, v in good["measured"].items() if k != gone}
        unsliced = {k: v for k, v in good["slices"].items() if k != place}
        exactly(
            ({**good, "measured": unmeasured}, "more data", [f"limit:{gone}"]),
            ({**good, "slices": unsliced}, "more data", [f"slice:{place}"]),
            ({**good, "slices": {k: v for k, v in good["slices"].items() if k != other}},
             "more data", [f"slice:{other}"]),
            ({**good, "dropped": round(1.2 * gate["dropped"] * size)}, "more data", ["dropped"]),
            ({**good, "slices": {**good["slices"], place: "unknown"}}, "more data",
             [f"slice:{place}"]),
            ({**short, "outcome": None}, "more data", ["outcome", "quality"]),
            ({**bad, "measured": unmeasured}, "block", ["quality"]),
        )  # fmt: skip
    return ladder.score()


def _gate(
    draw: Random, margin: float, alpha: float, attempts: int, bare: bool = False
) -> dict[str, Any]:
    """Write a gate document; a bare one sets bars for quality alone."""
    pinned = draw.sample(_FIELDS, draw.randint(2, 4))
    names = [] if bare else [t.name for t in next(iter(_pool(draw, 5).values()))]
    bars = {} if bare else {name: _limit(draw, name) for name in draw.sample(_LIMITS, 3)}
    return {
        "margin": margin, "alpha": alpha, "attempts": attempts, "pinned": pinned, "limits": bars,
        "dropped": draw.randint(10, 30) / 1000, "slices": names, "slice_margin": 0.06,
        "critical": names[:2], "outcome": not bare,
    }  # fmt: skip


def _limit(draw: Random, name: str) -> float:
    if name == "p95_ms":
        return 100.0 * draw.randint(15, 40)
    return round(draw.uniform(1.05, 1.3), 2) if name == "cost_ratio" else draw.randint(2, 9) / 10


def _report(n: int, lost: int, won: int) -> dict[str, Any]:
    return {"items": n, "lost": lost, "won": won, "dropped": 0, "attempt": 1, "differs": [],
            "measured": {}, "slices": {}, "outcome": None}  # fmt: skip


def _good(draw: Random, gate: dict[str, Any], size: int) -> dict[str, Any]:
    """Write a report with nothing wrong in it."""
    apart = round(0.05 * size)
    made = {
        **_report(size, apart + draw.randint(-2, 2), apart + draw.randint(-2, 2)),
        "slices": dict.fromkeys(gate["slices"], "held"),
        "dropped": round(0.8 * gate["dropped"] * size),
        "outcome": {"items": 300, "lost": draw.randint(9, 14), "won": draw.randint(9, 14)},
    }
    return _measured(made, gate, {})


def _measured(
    report: dict[str, Any], gate: dict[str, Any], times: Mapping[str, float]
) -> dict[str, Any]:
    """Measure these multiples of the limits, and nine tenths of the others."""
    bars = gate["limits"]
    known = {k: bars[k] * times.get(k, 0.9) for k in bars}
    return {**report, "measured": {**known, "mean_ms": 911.0}}  # no limit is set on this one


@lru_cache(maxsize=128)
def _outcomes(
    n: int, discordant: float, margin: float
) -> tuple[list[tuple[int, int]], dict[float, list[float]]]:
    """Return splits at three numbers of disagreements, and their chances by what is lost."""
    tables: list[tuple[int, int]] = []
    laws: dict[float, list[float]] = {0.0: [], 1.0: [], 1.5: []}
    middle, spread = n * discordant, math.sqrt(n * discordant * (1 - discordant))
    for far, weight in ((-1.28, 0.3), (0.0, 0.4), (1.28, 0.3)):
        m = round(middle + far * spread)
        shares = {x: (discordant + x * margin) / discordant / 2 for x in laws}
        reach = 1.9 * math.sqrt(m)  # nearly four deviations
        low, high = math.floor(m * shares[0.0] - reach), math.ceil(m * shares[1.5] + reach)
        step = max(1, math.ceil((high - low) / 40))
        edges = [min(edge, m) for edge in range(low, high + step, step)]
        tables += [
            (lost, m - lost) for lost in (min(m, e + 1 + (step - 1) // 2) for e in edges[:-1])
        ]
        for x, law in laws.items():
            below = [float(c) for c in bdtr(edges, m, shares[x])]
            law += [weight * (b - a) for a, b in pairwise(below)]
    return tables, laws


def _want(found: float, least: float, case: str, verdict: str) -> None:
    require(
        found >= least,
        f"Where {case}, the gate says {verdict} {found:.1%} of the time, by enumeration.",
        f"{found:.4f}",
        f"at least {least:g}",
    )


def _never(found: float, most: float, case: str, verdict: str) -> None:
    require(
        found <= most,
        f"Where {case}, the gate says {verdict} {found:.1%} of the time, by enumeration.",
        f"{found:.4f}",
        f"at most {most:g}",
    )


# Task 5: which runs compare


_PAIR = {"baseline": str, "candidate": str, "problems": list}


def choose_runs(learner: Learner, seed: int) -> Score:
    """Take registries; want the pair of runs to compare, or what stands between the closest."""
    draw, ladder = Random(seed), Ladder(learner)
    pinned = ["golden", "judge", *draw.sample(("harness", "temperature"), 1), "index"]

    def shown(world: World) -> dict[str, Any]:
        """Write what a release manager sees: versions, golden sets and runs without columns."""
        public = world.public
        return {
            "baseline": public.baseline,
            "versions": [
                {"id": v.id, "digest": v.digest, "author": v.author} for v in public.versions
            ],
            "goldens": [{"id": g.id, "edited_by": g.edited_by} for g in public.goldens],
            "runs": [
                {
                    "id": r.id, "version": r.version, "digest": r.digest, "started": r.started,
                    "planned": r.planned, "finished": len(r.items), **r.manifest,
                }
                for r in public.runs
            ],
        }  # fmt: skip

    def drawn(candidates: int, *confounds: str) -> dict[str, Any]:
        return shown(
            stage(draw.getrandbits(40), items=60, candidates=candidates, confounds=confounds)
        )

    def want(registry: dict[str, Any], fields: list[str]) -> None:
        """Shuffle the runs, number the late ones first, and want the choice for each candidate."""
        draw.shuffle(registry["runs"])
        numbers = sorted(draw.sample(range(10, 99), len(registry["runs"])), reverse=True)
        for run in sorted(registry["runs"], key=lambda run: run["started"]):
            run["id"] = f"run-{numbers.pop(0)}"
        for version in registry["versions"]:
            name = version["id"]
            if name == registry["baseline"]:
                continue
            got = learner.call("choose_runs", registry, name, fields)
            got = record(got, _PAIR, what=f"the choice for {name}")
            wanted = _chosen(registry, name, fields)
            equal({**got, "problems": sorted(map(str, got["problems"]))}, wanted,
                  what=f"the choice for {name}")  # fmt: skip

    first = "a pair that compares"
    with ladder.step(first, 2):
        registry = drawn(3, "none", "rejudged")
        runs = {run["version"]: run for run in registry["runs"]}
        again, broke, _ = draw.sample([v for v in runs if v != registry["baseline"]], 3)
        # A later attempt, a later run of the baseline, and an earlier one that broke off.
        extra = [
            {**runs[again], "started": "2031-05-02T08:00Z"},
            {**runs[registry["baseline"]], "started": "2031-05-01T08:00Z"},
            {**runs[broke], "started": "2031-03-30T08:00Z", "finished": draw.randint(30, 58)},
        ]
        registry["runs"] += extra
        want(registry, pinned)
    with ladder.step("which of several pairs", 2, after=first):
        registry = drawn(2, "none")
        base = registry["baseline"]
        runs = {r["version"]: r for r in registry["runs"] if r["finished"] == r["planned"]}
        one, other = draw.sample([v for v in runs if v != base], 2)
        # One met a strange judge first; the other met a judge that the baseline met later too.
        registry["runs"] += [
            {**runs[one], "judge": "judge-8", "started": "2031-03-30T08:00Z"},
            {**runs[other], "judge": "judge-9", "started": "2031-03-30T09:00Z"},
            {**runs[base], "judge": "judge-9", "started": "2031-05-01T08:00Z"},
        ]
        author = next(v["author"] for v in registry["versions"] if v["id"] == one)
        registry["goldens"].append({"id": "golden-9", "edited_by": author})  # in no run
        want(registry, pinned)
    with ladder.step("what stands between", 2):
        want(drawn(3, "judge", "golden", "settings"), pinned)
    with ladder.step("a golden set of the author's own", 1, after=first):
        want(drawn(2, "tuned"), pinned)
        # Here the baseline alone met the edited set.
        registry = drawn(1, "tuned")
        base = registry["baseline"]
        usual = next(r["golden"] for r in registry["runs"] if r["version"] == base)
        own = next(r["golden"] for r in registry["runs"] if r["version"] != base)
        registry["runs"] = [
            run if run["version"] == base else {**run, "golden": usual}
            for run in registry["runs"]
            if run["golden"] == own
        ]
        want(registry, pinned)
    with ladder.step("only what is pinned", 1, after=first):
        registry = drawn(2, "settings")
        want(registry, ["golden", "judge", "harness"])
        want(registry, ["judge", "temperature"])
    with ladder.step("another build, or none", 2, after=first):
        registry = drawn(2, "retried")
        names = [v["id"] for v in registry["versions"] if v["id"] != registry["baseline"]]
        swapped, gone = draw.sample(names, 2)
        earliest = min(
            (r for r in registry["runs"] if r["version"] == swapped), key=lambda r: r["started"]
        )
        earliest["digest"] = f"{draw.getrandbits(48):012x}"
        old = next(r for r in registry["runs"] if r["version"] == registry["baseline"])
        registry["runs"].append(
            {
                **old, "finished": old["planned"], "started": "2031-03-30T08:00Z",
                "digest": f"{draw.getrandbits(48):012x}",
            }
        )  # fmt: skip
        for run in registry["runs"]:
            if run["version"] == gone:
                run["finished"] = run["planned"] - draw.randint(1, 9)
        want(registry, pinned)
    return ladder.score()


def _chosen(registry: dict[str, Any], candidate: str, pinned: Sequence[str]) -> dict[str, Any]:
    """Return the pair with the fewest problems, the earliest runs among equals."""
    versions = {v["id"]: v for v in registry["versions"]}
    editors = {g["id"]: g["edited_by"] for g in registry["goldens"]}
    whole = [
        r
        for r in registry["runs"]
        if r["finished"] == r["planned"] and r["digest"] == versions[r["version"]]["digest"]
    ]
    pairs = []
    for new in (r for r in whole if r["version"] == candidate):
        for old in (r for r in whole if r["version"] == registry["baseline"]):
            problems = [field for field in pinned if old[field] != new[field]]
            if versions[candidate]["author"] in (editors[old["golden"]], editors[new["golden"]]):
                problems.append("edited_by")
            key = (len(problems), new["started"], old["started"])
            pairs.append((key, old["id"], new["id"], sorted(problems)))
    if not pairs:
        return {"baseline": "", "candidate": "", "problems": ["no run"]}
    _, old_id, new_id, problems = min(pairs)
    return {"baseline": old_id, "candidate": new_id, "problems": problems}


# Task 6: overrides


_RULES = ("verdict", "digest", "person", "never", "covers", "expiry", "time")
_REASONS = ("limit:cost_ratio", "limit:p95_ms", "quality", "slice:billing", "slice:german")
_PEOPLE = ("anouk", "bram", "cilla", "dario", "edda", "farid", "gerda", "hugo")


def override_in_force(learner: Learner, seed: int) -> Score:
    """Draw overrides; want the one in force, and the rule that each other breaks."""
    draw, ladder = Random(seed), Ladder(learner)

    def want(case: dict[str, Any]) -> None:
        got = learner.call("override_in_force", case["decision"], case["overrides"],
                           case["gate"], case["now"])  # fmt: skip
        got = record(got, {"override": str, "refused": dict}, what="the result")
        broken = {o["id"]: _broken(o, case) for o in case["overrides"]}
        for name, rule in broken.items():
            said = got["refused"].get(name, "")
            if said != rule:
                what = f"breaks the rule {rule!r}" if rule else "breaks no rule"
                require(False, f"Override {name} {what}.", str(said) or "not refused", rule)
        valid = [o for o in case["overrides"] if not broken[o["id"]]]
        first = min(valid, key=lambda o: datetime.fromisoformat(o["granted"]), default={"id": ""})
        want = {"override": first["id"], "refused": {k: v for k, v in broken.items() if v}}
        equal(got, want, what="the result")

    first = "one that holds"
    with ladder.step(first, 1):
        want(_exception(draw, [""]))
    with ladder.step("the earliest of several", 1, after=first):
        want(_tangled(draw, ["", "", ""]))
    with ladder.step("another build, person or reason", 2, after=first):
        want(_exception(draw, ["", "digest", "person", "author", "covers"]))
        want(_exception(draw, ["covers", "person"]))
    with ladder.step("expiry", 2, after=first):
        want(_exception(draw, ["over", "before", "blanket", "long", "open", "edge", "just now"]))
        want(_exception(draw, ["at once", "long", "open"]))
    with ladder.step("what nobody may override", 1, after=first):
        want(_exception(draw, ["", "digest"], never=True))
        want(_exception(draw, ["", "over"], verdict=draw.choice(("invalid", "more data"))))
    with ladder.step("several rules at once", 1, after=first):
        want(_exception(draw, ["digest+person", "author+covers", "covers+long", "long+before",
                               "open+blanket", ""]))  # fmt: skip
        want(_exception(draw, ["person", "covers", "long"], never=True))
        want(_exception(draw, ["digest"], verdict="more data"))
    return ladder.score()


def _tangled(draw: Random, flaws: Sequence[str]) -> dict[str, Any]:
    """Draw overrides of which the earliest is not the first, neither listed nor as text."""
    for _ in range(500):  # every eighth or so will do
        case = _exception(draw, flaws)
        times = [one["granted"] for one in case["overrides"]]
        earliest = min(times, key=datetime.fromisoformat)
        if earliest not in (times[0], min(times)):
            break
    return case


def _broken(override: dict[str, Any], case: dict[str, Any]) -> str:
    """Return the first rule that an override breaks, or nothing."""
    decision, gate = case["decision"], case["gate"]
    granted = datetime.fromisoformat(override["granted"])
    expires = datetime.fromisoformat(override["expires"]) if override["expires"] else None
    made, now = datetime.fromisoformat(decision["at"]), datetime.fromisoformat(case["now"])
    longest = timedelta(hours=gate["longest_hours"])
    reasons = set(decision["because"])
    allowed = override["by"] in gate["may_override"] and override["by"] != decision["author"]
    kept = {
        "verdict": decision["verdict"] == "block",
        "digest": override["digest"] == decision["digest"],
        "person": allowed,
        "never": not reasons & set(gate["never"]),
        "covers": reasons <= set(override["covers"]),
        "expiry": expires is not None and expires - granted <= longest,
        "time": expires is not None and made <= granted <= now < expires,
    }
    return next((rule for rule in _RULES if not kept[rule]), "")


def _exception(
    draw: Random, flaws: Sequence[str], never: bool = False, verdict: str = "block"
) -> dict[str, Any]:
    """Draw a decision and one override for each flaw, "" for none."""
    reasons = draw.sample(_REASONS, draw.randint(2, 3))
    people = draw.sample(_PEOPLE, 5)
    now = datetime(2031, 5, draw.randint(4, 24), draw.randint(0, 23), tzinfo=UTC)
    longest = draw.choice((24, 48, 72))
    digest = f"{draw.getrandbits(48):012x}"
    barred = [reasons[0]] if never else [r for r in _REASONS if r not in reasons][:1]
    gate = {
        "may_override": people[:3], "longest_hours": longest, "never": [*barred, "outcome"],
    }  # fmt: skip
    made = now - timedelta(hours=longest / 2, minutes=draw.randint(1, 59))
    decision = {
        "digest": digest, "author": people[2], "verdict": verdict, "because": reasons,
        "at": _written(draw, made),
    }  # fmt: skip
    overrides = []
    for number in draw.sample(range(100, 1_000), len(flaws)):
        flaw = flaws[len(overrides)].split("+")
        granted = made + timedelta(minutes=draw.randint(5, 30 * longest - 5))
        expires: datetime | None = granted + timedelta(hours=longest - draw.randint(0, 2))
        extra = [r for r in _REASONS if r not in reasons]
        covered = [*reasons, *extra[: draw.randint(0, 1)]]
        if "covers" in flaw:
            covered = [*reasons[1:], *extra]
        if "at once" in flaw:
            granted, expires = made, made + timedelta(hours=longest)
        if "just now" in flaw:
            granted = now
        if "over" in flaw:
            expires = now - timedelta(minutes=draw.randint(1, 90))
            granted = min(granted, expires - timedelta(minutes=5))
            granted = max(granted, made)
        if "edge" in flaw:
            expires = now
        if "before" in flaw:
            granted = now + timedelta(minutes=draw.randint(5, 50))
            expires = granted + timedelta(hours=5)
        if "blanket" in flaw:
            granted = made - timedelta(minutes=draw.randint(5, 50))
            expires = granted + timedelta(hours=longest)
        if "long" in flaw:
            expires = granted + timedelta(hours=longest, minutes=draw.randint(1, 600))
        if "open" in flaw:
            expires = None
        by = people[2] if "author" in flaw else draw.choice(people[:2])
        overrides.append(
            {
                "id": f"ov-{number}",
                "digest": f"{draw.getrandbits(48):012x}" if "digest" in flaw else digest,
                "covers": draw.sample(covered, len(covered)),
                "by": draw.choice(people[3:]) if "person" in flaw else by,
                "granted": _written(draw, granted),
                "expires": _written(draw, expires) if expires else "",
            }
        )
    return {"decision": decision, "overrides": overrides, "gate": gate, "now": _written(draw, now)}


def _written(draw: Random, at: datetime) -> str:
    """Write a time with the offset of some office."""
    zone = timezone(timedelta(hours=draw.choice((-7, -4, 0, 2, 9))))
    return at.astimezone(zone).isoformat(timespec="minutes")
