"""Judge the six tasks of lesson 19: size a sample, weigh it, agree, code notes, split, attack.

The functions at the top are the oracles: plain values in, plain values out. The
judges below them draw fresh cases; open notes come from the traces scenario,
where the phrasing of the notes to be coded is not that of the notes given.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from random import Random
from typing import Any

from autograder.checks import Ladder, Score, close, equal, raises, require, within
from autograder.judging import Learner
from autograder.scenarios.traces import HELD_OUT, MODES, PUBLIC, draw_notes, draw_team
from autograder.scenarios.traces.systems import (
    ALONE,
    ANSWERED,
    COUNT,
    draw_library,
    number,
    respond,
)

__all__ = [
    "agreement",
    "classify_notes",
    "estimate_rates",
    "plan_sample",
    "split_traces",
    "write_cases",
]

HINTS = {
    "plan_sample": (
        "Keep a list with the chances of 0, 1, ... at_least - 1 finds; its sum is the chance to "
        "fall short. One more label with rate r turns chance[j] into chance[j] * (1 - r) + "
        "chance[j - 1] * r. Do that once for every label of the floors, then label by label in "
        "the richest stratum that has traces left, until the sum is at most 1 - confidence."
    ),
    "estimate_rates": (
        "For each mode and stratum: p is the share of its labelled traces that have the mode. Add "
        "N / total * p to the rate and (N / total)² * (1 - n / N) * p * (1 - p) / (n - 1) to the "
        "variance. Then one Wilson interval with the effective n."
    ),
    "agreement": (
        "Write p[a, b] for the share of items that the first rater called a and the second b, "
        "then the two marginals. In the second sum, a pair (a, b) with a != b meets the second "
        "rater's marginal of a and the first rater's marginal of b."
    ),
    "classify_notes": (
        "For every word, count the training notes that hold it, and how many of those have each "
        "mode. A word seen at least twice that comes with one mode nine times in ten is "
        "evidence for it. A note has every mode for which it holds such a word, or none."
    ),
    "split_traces": (
        "Sort by `at`. Link every pair with similarity of at least .75 and walk the links: in each "
        "connected group the earliest stays. Count what is left by source, largest source first, "
        "and give a source to test while it still fits."
    ),
    "write_cases": (
        "Count, for each shortcut, how many of the weak system's errors it gives when it is the "
        "only one. Take the two best. Try every product with every version up to two past its "
        "last range, and keep, for each of the two, what only a system with that one gets wrong."
    ),
}

WHY = {
    "plan_sample": (
        "A plan promises a chance, so the chance is computed; an expected count is missed almost "
        "half of the time."
    ),
    "estimate_rates": (
        "You chose how often each stratum is read, so you know each trace's weight; the cap on "
        "the effective n keeps lucky zeros from passing for certainty."
    ),
    "agreement": (
        "Kappa is a ratio of two estimates, so its error comes from every cell of the table and "
        "not from the diagonal alone."
    ),
    "classify_notes": (
        "Only words that carry over count: rare ones are chance, and wording that also occurs "
        "where the mode was ruled out is no evidence."
    ),
    "split_traces": (
        "First decide what is the same, then who belongs together, and only then who goes where."
    ),
    "write_cases": (
        "Diagnose on what was seen, then aim: a failure should name its fault, and every expected "
        "answer comes from the documents and never from a system."
    ),
}

Z = 1.96
ALIKE = 0.75  # the share of word pairs from which two questions are one
Record = dict[str, Any]

# Oracles: sampling


def shortfall(counts: Sequence[tuple[int, float]], at_least: int) -> float:
    """Return the chance of fewer than `at_least` finds in (labels, rate) of each stratum."""
    chance = [1.0] + [0.0] * (at_least - 1)
    for labels, rate in counts:
        for _ in range(labels):
            chance = _one_more(chance, rate)
    return sum(chance)


def _one_more(chance: Sequence[float], rate: float) -> list[float]:
    return [
        now * (1 - rate) + before * rate
        for now, before in zip(chance, [0.0, *chance[:-1]], strict=True)
    ]


def smallest_total(strata: dict[str, Record], at_least: int, confidence: float, floor: int) -> int:
    """Return the size of the smallest plan, or of the whole log where there is none.

    Of two plans of one size, the one with more labels in richer strata finds
    more, in the sense of first-order stochastic dominance; so filling the
    richest first is optimal.
    """
    chance = [1.0] + [0.0] * (at_least - 1)
    total = 0
    for stratum in strata.values():
        for _ in range(floor):
            chance, total = _one_more(chance, stratum["rate"]), total + 1
    for stratum in sorted(strata.values(), key=lambda s: -s["rate"]):
        for _ in range(stratum["size"] - floor):
            if sum(chance) <= 1 - confidence:
                return total
            chance, total = _one_more(chance, stratum["rate"]), total + 1
    return total


def rates_of(
    sizes: dict[str, int], labelled: Sequence[Record], modes: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Return the post-stratified rate of each mode, with Wilson's interval on the effective n."""
    counts = Counter(row["stratum"] for row in labelled)
    total, made = sum(sizes.values()), {}
    for mode in modes:
        rate = variance = 0.0
        for name, size in sizes.items():
            n = counts[name]
            p = sum(mode in r["modes"] for r in labelled if r["stratum"] == name) / n
            rate += size / total * p
            variance += (size / total) ** 2 * (1 - n / size) * p * (1 - p) / (n - 1)
        n = len(labelled)
        effective = min(n, rate * (1 - rate) / variance) if variance else n
        low, high = wilson(rate, effective)
        made[mode] = {"rate": rate, "low": low, "high": high}
    return made


def wilson(rate: float, n: float) -> tuple[float, float]:
    """Return Wilson's interval of a rate seen in n, which need not be whole."""
    centre, spread = rate + Z * Z / 2 / n, Z * math.sqrt(rate * (1 - rate) / n + (Z / 2 / n) ** 2)
    return (centre - spread) / (1 + Z * Z / n), (centre + spread) / (1 + Z * Z / n)


# Oracles: agreement, taxonomy, duplicates


def agreement_of(first: dict[str, str], second: dict[str, str]) -> Record:
    """Return Cohen's kappa with the interval of Fleiss, Cohen and Everitt (1969)."""
    both = [name for name in first if name in second]
    n = len(both)
    cells = Counter((first[name], second[name]) for name in both)
    rows, columns = Counter[str](), Counter[str]()
    for (a, b), count in cells.items():
        rows[a] += count / n
        columns[b] += count / n
    observed = sum(count for (a, b), count in cells.items() if a == b) / n
    expected = sum(rows[a] * columns[a] for a in rows)
    made: Record = {"n": n, "observed": observed, "kappa": None, "low": None, "high": None}
    made["disputed"] = [name for name in both if first[name] != second[name]]
    if len(rows | columns) > 1:
        kappa = (observed - expected) / (1 - expected)
        spread = sum(
            count / n * (1 - (rows[a] + columns[a]) * (1 - kappa)) ** 2
            if a == b
            else count / n * ((columns[a] + rows[b]) * (1 - kappa)) ** 2
            for (a, b), count in cells.items()
        )
        spread -= (kappa - expected * (1 - kappa)) ** 2
        half = Z * math.sqrt(max(spread, 0.0) / n) / (1 - expected)
        made |= {"kappa": kappa, "low": kappa - half, "high": kappa + half}
    return made


def macro_f1(truth: Sequence[Sequence[str]], got: Sequence[Sequence[str]]) -> float:
    """Return the mean over modes of F1, where a note may have several modes."""
    each = []
    for mode in MODES:
        both = sum(mode in t and mode in g for t, g in zip(truth, got, strict=True))
        either = sum(mode in t for t in truth) + sum(mode in g for g in got)
        each.append(2 * both / either if either else 0.0)
    return sum(each) / len(each)


@lru_cache(maxsize=256)
def pairs_of_words(text: str) -> frozenset[tuple[str, str]]:
    """Return the neighbouring words of a text, in lower case and without marks."""
    words = re.findall(r"[a-z0-9.]+", text.lower())
    return frozenset(pairwise(words))


def dropped_of(traces: Sequence[Record]) -> list[str]:
    """Return the ids of all but the earliest of each chain of near-duplicates, in time."""
    rows = sorted(traces, key=lambda t: t["at"])
    sets = [pairs_of_words(t["question"]) for t in rows]
    group = list(range(len(rows)))
    for i, j in combinations(range(len(rows)), 2):
        if len(sets[i] & sets[j]) >= ALIKE * len(sets[i] | sets[j]):
            low, high = sorted((group[i], group[j]))
            group = [low if g == high else g for g in group]
    return [row["id"] for place, row in enumerate(rows) if group[place] != place]


# Task 1: a plan


def _sound_plan(
    learner: Learner, strata: dict[str, Record], at_least: int, confidence: float, floor: int
) -> None:
    """Want a plan that keeps every promise, of the smallest size."""
    plan = learner.call("plan_sample", strata, at_least, confidence, floor)
    good = isinstance(plan, dict) and plan.keys() == strata.keys()
    require(good, "Return a dict with a number of labels for every stratum.", plan)
    whole = all(type(labels) is int for labels in plan.values())
    require(whole, "A number of labels is not an int.", plan)
    for name, labels in plan.items():
        size = strata[name]["size"]
        within(labels, floor, size, what=f"the number of labels in {name}")
    missed = shortfall([(plan[name], strata[name]["rate"]) for name in strata], at_least)
    require(
        missed <= 1 - confidence,
        f"This plan finds {at_least} or more with a chance below {confidence}.",
        f"{1 - missed:.5f}",
        f"at least {confidence}",
    )
    best = smallest_total(strata, at_least, confidence, floor)
    equal(sum(plan.values()), best, what="the size of the whole sample")


def plan_sample(learner: Learner, seed: int) -> Score:
    """Draw strata with rates and sizes; want the smallest plan that reaches the chance."""
    draw = Random(seed)
    ladder = Ladder(learner)

    def confidence() -> float:
        return draw.choice((0.9, 0.95, 0.99))

    def rate(low: float, high: float) -> float:
        return round(draw.uniform(low, high), 4)

    one = {"log": {"size": 5000, "rate": rate(0.015, 0.06)}}
    start = "one stratum, one find"
    with ladder.step(start, 1):
        _sound_plan(learner, one, 1, confidence(), 0)
    with ladder.step("one stratum, several finds", 1):
        _sound_plan(learner, one, draw.randint(3, 6), confidence(), 0)
    names = draw.sample(("down", "edited", "abandoned", "up", "none"), 3)
    rates = draw.sample((rate(0.08, 0.16), rate(0.03, 0.06), rate(0.008, 0.02)), 3)
    strata = {
        name: {"size": draw.randint(900, 4000), "rate": r}
        for name, r in zip(names, rates, strict=True)
    }
    with ladder.step("the richest stratum first, above a floor", 2):
        _sound_plan(learner, strata, draw.randint(3, 6), confidence(), draw.randint(8, 20))
    with ladder.step("a stratum that runs out", 1):
        rich = max(strata, key=lambda name: strata[name]["rate"])
        short = strata | {rich: strata[rich] | {"size": draw.randint(15, 24)}}
        _sound_plan(learner, short, draw.randint(4, 6), confidence(), draw.randint(5, 9))
    with ladder.step("a chance that cannot be reached", 1, after=start):
        small = {name: s | {"size": draw.randint(21, 30)} for name, s in strata.items()}
        raises(learner, "ValueError", "plan_sample", small, draw.randint(11, 14), 0.95, 2)
    return ladder.score()


# Task 2: weighted rates


def _labelled(draw: Random, plan: dict[str, int], rates: dict[str, float]) -> list[Record]:
    """Label so many traces of each stratum; some have several modes, and each stratum some."""
    made = []
    for name, count in plan.items():
        rows: list[Record] = [
            {"stratum": name, "modes": [m for m in MODES[:3] if draw.random() < rates[name]]}
            for _ in range(count)
        ]
        rows[0]["modes"], rows[1]["modes"] = [MODES[2], MODES[0]], [MODES[1], MODES[0]]
        rows[2]["modes"] = []
        made += rows
    draw.shuffle(made)
    return made


def estimate_rates(learner: Learner, seed: int) -> Score:
    """Draw a log of unequal strata, labelled unequally; want each mode's rate and interval."""
    draw = Random(seed)
    ladder = Ladder(learner)

    def ask(sizes: dict[str, int], labelled: list[Record], modes: list[str]) -> Any:
        got = learner.call("estimate_rates", sizes, labelled, modes)
        good = isinstance(got, dict) and got.keys() == set(modes)
        require(good, "Return a dict with one entry for every mode.", got)
        return got, rates_of(sizes, labelled, modes)

    def want(got: Any, best: dict[str, dict[str, float]], *of: str) -> None:
        for mode, wanted in best.items():
            fine = isinstance(got[mode], dict) and set(of) <= got[mode].keys()
            require(fine, f"The entry of {mode} lacks one of: {', '.join(of)}.", got[mode])
            for part in of:
                close(got[mode][part], wanted[part], 1e-9, 1e-12, f"{part} of {mode}")

    sizes = {"none": draw.randint(1500, 1900), "down": draw.randint(90, 140)}
    sizes["edited"] = draw.randint(200, 300)
    plan = {"down": draw.randint(40, 55), "edited": draw.randint(20, 30)}
    plan["none"] = draw.randint(14, 19)
    labelled = _labelled(draw, plan, {"down": 0.4, "edited": 0.2, "none": 0.05})
    parts = ("rate", "low", "high")
    start = "weighted rates"
    with ladder.step(start, 2):
        got, best = ask(sizes, labelled, list(MODES[:3]))
        want(got, best, "rate")
    with ladder.step("their intervals", 2, after=start):
        want(got, best, "low", "high")
    with ladder.step("a stratum labelled in full", 1, after=start):
        want(*ask(sizes | {"down": plan["down"]}, labelled, list(MODES[:2])), *parts)
    with ladder.step("a mode that nobody found", 1, after=start):
        want(*ask(sizes, labelled, [MODES[5], MODES[0]]), *parts)
    with ladder.step("a mode found in a small stratum only", 2, after=start):
        few = draw.randint(3, 9)
        rows = [r | {"modes": []} for r in labelled]
        for row in [r for r in rows if r["stratum"] == "down"][:few]:
            row["modes"] = [MODES[6]]
        want(*ask(sizes, rows, [MODES[6]]), *parts)
    return ladder.score()


# Task 3: agreement


def _ratings(draw: Random, labels: Sequence[str], count: int) -> tuple[Record, Record]:
    """Draw two raters' labels, the second with a leaning, each with items of their own."""
    names = [f"t{n}" for n in draw.sample(range(1000, 9999), count + 6)]
    weights = [draw.uniform(1, 6) for _ in labels]
    first, second = {}, {}
    for name in names[:count]:
        first[name] = draw.choices(labels, weights)[0]
        kept = draw.random() < 0.65
        second[name] = first[name] if kept else draw.choices(labels, weights[::-1])[0]
    # Every pair of neighbours is confused in one direction only, so that no marginal is shared.
    for place, (a, b) in enumerate(pairwise(labels)):
        first[names[2 * place]], second[names[2 * place]] = a, b
        first[names[2 * place + 1]], second[names[2 * place + 1]] = a, b
    first[names[count - 1]] = second[names[count - 1]] = labels[-1]
    first |= dict.fromkeys(names[count : count + 3], labels[0])
    second |= dict.fromkeys(names[count + 3 :], labels[-1])
    order = draw.sample(sorted(second), len(second))
    return first, {name: second[name] for name in order}


def agreement(learner: Learner, seed: int) -> Score:
    """Draw two raters; want kappa and its interval to 1e-9, and what is disputed."""
    draw = Random(seed)
    ladder = Ladder(learner)

    def ask(first: Record, second: Record) -> tuple[Any, Record]:
        got = learner.call("agreement", first, second)
        require(isinstance(got, dict), "Return a dict with n, observed, kappa and the rest.", got)
        return got, agreement_of(first, second)

    def want(got: Any, best: Record, *of: str) -> None:
        for part in of:
            require(part in got, f"The result lacks {part}.", got)
            if isinstance(best[part], float):
                # A variance near 0 is a difference of like sums, so the ends are looser.
                close(got[part], best[part], 1e-9, 1e-7 * (part in ("low", "high")), part)
            else:
                equal(got[part], best[part], what=part)

    words = draw.sample(("version", "product", "claim", "source", "step", "fine"), 5)
    one: tuple[Any, Record] = {}, {}
    start = "kappa of several labels"
    with ladder.step(start, 2):
        one = ask(*_ratings(draw, words[: draw.randint(3, 5)], draw.randint(40, 70)))
        want(*one, "kappa")
    with ladder.step("items that both rated", 1):
        want(*one, "n", "observed")
    with ladder.step("the interval", 2, after=start):
        want(*one, "low", "high")
    with ladder.step("what is disputed", 1):
        want(*one, "disputed")
    with ladder.step("a rare label", 1, after=start):
        first, second = _ratings(draw, words[:2], 8)
        more = {f"x{n}": words[0] for n in range(draw.randint(60, 90))}
        want(*ask({**more, **first}, {**second, **more}), "kappa", "low", "high")
    with ladder.step("one label for everything", 1, after=start):
        same = {f"x{n}": words[0] for n in range(draw.randint(5, 9))}
        want(*ask(same, dict(same)), "n", "observed", "kappa", "low", "high", "disputed")
    return ladder.score()


# Task 4: a taxonomy from open notes


def classify_notes(learner: Learner, seed: int) -> Score:
    """Draw a team; give its notes in four phrasings, want its modes in those and in two others.

    The words by which a team names a mode are drawn afresh, so a rule made from
    the public notes, or from this repository, knows nothing of this team's.
    """
    draw = Random(seed)
    ladder = Ladder(learner)
    team = draw_team(draw)
    train = draw_notes(draw, team, PUBLIC, 160)
    notes = draw_notes(draw, team, PUBLIC, 40) + draw_notes(draw, team, HELD_OUT, 70)
    draw.shuffle(notes)
    got: Any = None

    def f1(families: Sequence[str]) -> float:
        rows = [(n.modes, g) for n, g in zip(notes, got, strict=True) if n.family in families]
        return macro_f1([truth for truth, _ in rows], [found for _, found in rows])

    start = "modes that follow the notes"
    with ladder.step(start, 1):
        texts, labels = [n.text for n in train], [list(n.modes) for n in train]
        got = learner.call("classify_notes", texts, labels, [n.text for n in notes])
        good = isinstance(got, list) and len(got) == len(notes)
        require(good, "Return a list with one entry for each note.", got)
        fine = all(isinstance(g, list) and all(m in MODES for m in g) for g in got)
        require(fine, "An entry is not a list of modes.", got)
        within(f1(PUBLIC + HELD_OUT), 0.5, 1.0, what="macro-F1 over all notes")
    with ladder.step("phrasing families of the training notes", 1, after=start):
        within(f1(PUBLIC), 0.8, 1.0, what="macro-F1 on known phrasing")
    with ladder.step("phrasing families held out", 3, after=start):
        within(f1(HELD_OUT), 0.8, 1.0, what="macro-F1 on phrasing held out")
    with ladder.step("notes that report nothing", 1, after=start):
        empty = [g for n, g in zip(notes, got, strict=True) if not n.modes]
        share = sum(not g for g in empty) / len(empty)
        within(share, 0.5, 1.0, what="the share of faultless notes that get no mode")
    return ladder.score()


# Task 5: duplicates and sources


def _question(draw: Random) -> list[str]:
    words = ("relay", "quay", "buoy", "gate", "latch", "port", "key", "node", "log", "rule")
    return [f"{draw.choice(words)}{draw.randint(10, 99)}" for _ in range(20)]


def _traces(draw: Random, chain: bool) -> list[Record]:
    """Draw traces of sources of several sizes, with repeats inside and across sources.

    Of 19 word pairs, a changed word leaves 17 of 21 (.81) and a text moved on by
    two words as well; moved on by four it leaves 15 of 23 (.65).
    """
    sizes = [6, 1, 2, 3, 1, 2, 1, 1, 1, 1]
    sources = [f"C{n}" for n in sorted(draw.sample(range(100, 999), len(sizes)))]
    rows = [
        (s, _question(draw)) for s, size in zip(sources, sizes, strict=True) for _ in range(size)
    ]
    first, second, third, fourth, fifth = draw.sample(range(len(rows)), 5)
    again = list(rows[first][1])
    again[draw.randint(2, 17)] = "again"
    mixed = rows[third][1]
    other = [s for s in sources if s not in (rows[first][0], rows[second][0], rows[fifth][0])]
    extra = [
        (draw.choice(other), again),
        (draw.choice(other), [word.upper() for word in rows[second][1]]),
        (rows[fourth][0], [*rows[fourth][1], "please"]),
        # The same words, and not one pair of them.
        (draw.choice(other), [w for two in zip(mixed[1::2], mixed[::2], strict=True) for w in two]),
    ]
    if chain:
        moved = [*rows[fifth][1][2:], "or", "not"]
        extra += [(draw.choice(other), moved), (draw.choice(other), [*moved[2:], "at", "all"])]
    times = draw.sample(range(100, 999), len(rows) + len(extra))
    # The middle of the chain comes last: who compares with earlier traces only keeps both its ends.
    if chain:
        latest = max((fifth, len(times) - 2, len(times) - 1), key=times.__getitem__)
        times[-2], times[latest] = times[latest], times[-2]
    made = [
        {"id": f"t{at}", "at": at, "source": source, "question": " ".join(words)}
        for at, (source, words) in zip(times, rows + extra, strict=True)
    ]
    # Within a source the latest comes first: the order given is no order of time.
    return sorted(made, key=lambda t: (str(t["source"]), -int(str(t["at"]))))


def split_traces(learner: Learner, seed: int) -> Score:
    """Draw traces with planted repeats; want them dropped, and no source on both sides."""
    draw = Random(seed)
    ladder = Ladder(learner)
    got: Record = {}

    def ask(traces: list[Record], share: float) -> Record:
        found = learner.call("split_traces", traces, share)
        good = isinstance(found, dict) and all(
            isinstance(found.get(part), list) and all(isinstance(i, str) for i in found[part])
            for part in ("test", "dev", "dropped")
        )
        require(good, "Return a dict with test, dev and dropped, each a list of ids.", found)
        every = sorted([*found["test"], *found["dev"], *found["dropped"]])
        wanted = sorted(t["id"] for t in traces)
        require(every == wanted, "Some trace is in no list, or in two.", every, wanted)
        return {part: found[part] for part in ("test", "dev", "dropped")}

    def apart(traces: list[Record]) -> None:
        source = {t["id"]: t["source"] for t in traces}
        both = {source[i] for i in got["test"]} & {source[i] for i in got["dev"]}
        require(not both, "A source is on both sides.", sorted(both))

    def sized(share: float) -> None:
        kept = len(got["test"]) + len(got["dev"])
        within(len(got["test"]), share * kept - 1, share * kept + 1, what="the size of test")

    start = "repeats are dropped, and the earliest stays"
    traces, share = _traces(draw, False), draw.choice((0.3, 0.4))
    with ladder.step(start, 2):
        got = ask(traces, share)
        equal(sorted(got["dropped"]), dropped_of(traces), what="dropped")
    with ladder.step("no source on both sides", 1, after=start):
        apart(traces)
    with ladder.step("the share of test", 1, after=start):
        sized(share)
    with ladder.step("a chain of repeats", 2, after=start):
        traces, share = _traces(draw, True), draw.choice((0.25, 0.45))
        got = ask(traces, share)
        equal(sorted(got["dropped"]), dropped_of(traces), what="dropped")
        apart(traces)
        sized(share)
    return ladder.score()


# Task 6: cases that separate two systems


def write_cases(learner: Learner, seed: int) -> Score:
    """Give passages and two systems' transcripts; want valid cases that separate later builds.

    The builds judged are the weak system without its slips and the two that have
    one of its shortcuts repaired: none of them is in the transcripts. A case that
    only one of the two builds fails names the shortcut.
    """
    draw = Random(seed)
    ladder = Ladder(learner)
    library = draw_library(draw)
    passages, planted, rows = library.passages, library.planted, library.transcripts
    products = {p["product"] for p in passages}
    cases: list[Record] = []

    def fails(shortcuts: Sequence[str]) -> list[bool]:
        return [
            respond(passages, c["product"], c["version"], shortcuts) != c["expected"] for c in cases
        ]

    start = "valid cases"
    with ladder.step(start, 2):
        got = learner.call("write_cases", passages, rows, COUNT)
        require(isinstance(got, list) and len(got) == COUNT, f"Return {COUNT} cases.", got)
        for case in got:
            good = isinstance(case, dict) and all(
                isinstance(case.get(part), str)
                for part in ("product", "version", "expected", "origin")
            )
            require(good, "A case lacks product, version, expected or origin as str.", case)
            known = case["product"] in products and re.fullmatch(
                r"\d\.(0|[1-9]\d?)", case["version"]
            )
            require(bool(known), "A case asks about an unknown product or no version.", case)
            right = respond(passages, case["product"], case["version"], ())
            require(
                case["expected"] == right,
                "An expected answer is not what the passages say.",
                case,
                right,
            )
            require(case["origin"] == "synthetic", "A case is not marked synthetic.", case)
        asked = {(c["product"], number(c["version"])) for c in got}
        require(len(asked) == COUNT, "A question is asked twice.", got)
        old = asked & {(r["product"], number(r["version"])) for r in rows}
        require(not old, "A question was asked in the transcripts already.", sorted(old))
        cases = got
    with ladder.step("cases that have an answer", 1, after=start):
        answered = sum(c["expected"] != "unknown" for c in cases)
        within(answered, ANSWERED, COUNT, what="the number of cases that have an answer")
    with ladder.step("the weak system fails", 2, after=start):
        equal(sum(fails(planted)), COUNT, what="the number of cases that the weak system fails")
    for which, name in enumerate(("first", "second")):
        with ladder.step(f"cases that only the {name} shortcut fails", 1, after=start):
            own, other = fails([planted[which]]), fails([planted[1 - which]])
            named = sum(a and not b for a, b in zip(own, other, strict=True))
            within(named, ALONE, COUNT, what=f"the number of cases that name {planted[which]!r}")
    return ladder.score()
