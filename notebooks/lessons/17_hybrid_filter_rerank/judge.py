"""Judge the six tasks of lesson 17: fuse, compare, filter, index, rerank, diagnose.

The functions at the top are the oracles; the judges below draw small collections
of invented words and short vectors, so that no file of the course holds an answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.checks import Ladder, Score, close, equal, ranked, record, require, within
from autograder.judging import Learner

__all__ = ["compare_runs", "fuse", "name_stage", "rerank", "search", "tune_index"]

HINTS = {
    "fuse": (
        "For one run: order = sorted(run, key=lambda name: (-run[name], name)). Then "
        "enumerate(order, start=1) gives every id its rank; add 1 / (k + rank) to what the id "
        "has so far in a dict."
    ),
    "compare_runs": (
        "Make one array first: for every query of qrels, RR after minus RR before. Its mean is "
        "the lift. Draw rows of indices with rng.integers(0, n, (4000, n)), average the "
        "differences at those indices along axis 1, and take the 2.5 and 97.5 percentiles."
    ),
    "search": (
        "Make the list of permitted ids first, by a function of metadata and request that says "
        "yes only when all four rules do. Build dicts of texts and vectors of those ids alone, "
        "score them by lexical and by cosine, fuse, sort, cut. Nothing is filtered afterwards."
    ),
    "tune_index": (
        "Write probe(query, nprobe) that returns the found ids and the number of distances: "
        "len(centroids) plus the sizes of the lists it visits. Average recall over tuning for "
        "nprobe 1, 2, ... until it reaches the target; then run held_out once at that nprobe."
    ),
    "rerank": (
        "For one query: walk down the list, stop at the first candidate that no longer fits. "
        "That prefix is sorted by falling score; what follows it is appended as it was. For "
        "p95, sort what the queries spent and take place ceil(0.95 * n)."
    ),
    "name_stage": (
        "Write bad(stage) for the three kinds first. Then begin at the last stage: while one of "
        "the stages it reads is bad, step to it. Where none is, you stand at the cause."
    ),
}

WHY = {
    "fuse": "Ranks have no units, so nothing has to be rescaled and no score can shout.",
    "compare_runs": (
        "The same questions are asked of both systems: their differences vary far less than the "
        "systems' scores do, and questions are what would be drawn anew."
    ),
    "search": (
        "What is filtered before the search costs no place in the result, and what was never "
        "scored cannot leak."
    ),
    "tune_index": (
        "Recall is measured against exact search, cost in distances, the setting chosen on other "
        "queries than the ones it is reported on."
    ),
    "rerank": (
        "A deadline cuts the list in two: above it the better order, below it the old one, and "
        "nothing is lost."
    ),
    "name_stage": (
        "A fall is inherited downstream, so the cause is where the walk upstream finds bad output "
        "from good input."
    ),
}

Run = dict[str, float]
Floats = npt.NDArray[np.float64]

# Oracles


def fused(runs: Sequence[Run], k: float) -> Run:
    """Add reciprocal ranks; equal scores stand in the order of their ids."""
    total: Run = {}
    for run in runs:
        for rank, name in enumerate(sorted(run, key=lambda name: (-run[name], name)), start=1):
            total[name] = total.get(name, 0.0) + 1 / (k + rank)
    return total


def reciprocal_rank(ids: Sequence[str], gains: dict[str, int], k: int) -> float:
    """Return one over the rank of the first relevant id among the first k, else 0."""
    for rank, name in enumerate(ids[:k], start=1):
        if gains.get(name, 0) > 0:
            return 1 / rank
    return 0.0


def mean_rr(run: dict[str, list[str]], qrels: dict[str, dict[str, int]], k: int) -> float:
    """Average over every judged query."""
    return sum(reciprocal_rank(run.get(q, []), g, k) for q, g in qrels.items()) / len(qrels)


def bootstrap_ends(gaps: Floats) -> tuple[float, float, float]:
    """Return the ends a percentile bootstrap of the mean tends to, and the standard error.

    Cornish and Fisher's expansion with the third cumulant; the tests hold it against 200,000
    draws. Without drawing, the bar has no noise of its own.
    """
    n = len(gaps)
    error = float(gaps.std()) / math.sqrt(n)
    skew = float(((gaps - gaps.mean()) ** 3).mean()) / float(gaps.std()) ** 3 / math.sqrt(n)
    z = 1.959964
    tilt = skew * (z * z - 1) / 6
    middle = float(gaps.mean())
    return middle + error * (tilt - z), middle + error * (tilt + z), error


def may_read(metadata: dict[str, Any], request: dict[str, Any]) -> bool:
    """Tell whether all four rules of the task permit a passage."""
    return (
        bool(set(metadata["groups"]) & set(request["groups"]))
        and metadata["kind"] in request["kinds"]
        and not metadata["deprecated"]
        and (metadata["expires"] is None or request["today"] < metadata["expires"])
    )


def distances(a: Floats, b: Floats) -> Floats:
    """Return squared Euclidean distances, a row of `a` by a row of `b`."""
    return np.asarray(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2))


@dataclass(frozen=True)
class Probed:
    """Hold, by query and number of lists visited, recall and distances computed."""

    recall: Floats
    evaluations: Floats


def probed(
    vectors: Floats, centroids: Floats, queries: Floats, k: int, by_dot_product: bool = False
) -> Probed:
    """Search at every possible number of lists; by dot product, visit those of the largest."""
    home = distances(vectors, centroids).argmin(axis=1)
    away = distances(queries, vectors)
    far = -(queries @ centroids.T) if by_dot_product else distances(queries, centroids)
    visits = far.argsort(axis=1)
    turn = visits.argsort(axis=1)[:, home]  # at which visit a query meets a vector
    exact = np.zeros(away.shape, dtype=bool)
    np.put_along_axis(exact, away.argsort(axis=1)[:, :k], True, axis=1)
    lists = np.arange(len(centroids))
    met = turn[:, :, None] <= lists
    # An exact neighbour that is met is found: nothing that is met can be nearer.
    recall = (met & exact[:, :, None]).sum(axis=1) / k
    return Probed(recall, len(centroids) + met.sum(axis=1).astype(float))


def reranked(
    ids: Sequence[str], scores: Run, cost: dict[str, float], budget: float
) -> tuple[list[str], float]:
    """Return the new order and what was spent on it."""
    spent, depth = 0.0, 0
    while depth < len(ids) and spent + cost[ids[depth]] <= budget:
        spent += cost[ids[depth]]
        depth += 1
    head = sorted(ids[:depth], key=lambda name: -scores[name])
    return [*head, *ids[depth:]], spent


def nearest_rank(values: Iterable[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed."""
    held = sorted(values)
    return held[math.ceil(share * len(held)) - 1]


# Task 1: fusion


def _names(draw: Random, count: int) -> list[str]:
    """Draw ids that sort differently from the order they come in."""
    return [f"{draw.choice('abcdefgh')}{n}" for n in draw.sample(range(100, 999), count)]


def _run(draw: Random, names: Sequence[str], low: float, high: float) -> Run:
    """Give names falling scores between two bounds, listed in no order."""
    # Thousandths, all different: a card can print them, and no two are equal by chance.
    steps = draw.sample(range(round(1000 * low), round(1000 * high)), len(names))
    scores = [step / 1000 for step in sorted(steps, reverse=True)]
    rows = list(zip(names, scores, strict=True))
    return dict(draw.sample(rows, len(rows)))


def fuse(learner: Learner, seed: int) -> Score:
    """Draw runs on different scales; want every fused score to 1e-9."""
    draw = Random(seed)
    ladder = Ladder(learner)

    def want(runs: list[Run], k: int) -> None:
        close(learner.call("fuse", runs, k), fused(runs, k), what="the fused scores")

    k = draw.choice([n for n in range(5, 100) if n != 60])
    pool = _names(draw, draw.randint(9, 14))
    with ladder.step("one run", 1):
        want([_run(draw, pool, 0, 30)], k)
    with ladder.step("two runs of the same passages", 2):
        words = _run(draw, draw.sample(pool, len(pool)), 0, 30)
        want([words, _run(draw, draw.sample(pool, len(pool)), -0.3, 0.9)], k)
    with ladder.step("passages that only some runs found", 2):
        parts = [draw.sample(pool, draw.randint(3, len(pool) - 2)) for _ in range(4)]
        scales = [(0, 30), (-0.3, 0.9), (-80, -2), (1e3, 1e5)]
        chosen = draw.sample(range(4), draw.choice((3, 4)))
        want([*(_run(draw, parts[i], *scales[i]) for i in chosen), {}], k)
    with ladder.step("equal scores", 1):
        level = draw.sample(pool, 5)
        run = dict.fromkeys(level, float(draw.randint(2, 9)))
        # In falling order of ids, so that the order of the dict is never the right one.
        run = {name: run[name] for name in sorted(run, reverse=True)}
        want([_run(draw, pool, 0, 30), run], k)
    return ladder.score()


# Task 2: the paired comparison


def _ranking(gold: str, rank: int) -> list[str]:
    """Return a list whose first relevant id stands at `rank`; rank k + 1 misses the cut."""
    return [*(f"z{n}" for n in range(1, rank)), gold, "y"]


@dataclass
class _World:
    """Two runs over the same queries."""

    before: dict[str, list[str]] = field(default_factory=dict)
    after: dict[str, list[str]] = field(default_factory=dict)
    qrels: dict[str, dict[str, int]] = field(default_factory=dict)

    def gaps(self, k: int) -> Floats:
        """Return RR after less RR before, a query at a time."""
        return np.array(
            [
                reciprocal_rank(self.after.get(q, []), g, k)
                - reciprocal_rank(self.before.get(q, []), g, k)
                for q, g in self.qrels.items()
            ]
        )


def _world(draw: Random, k: int, better: float, worse: float, absent: int = 0) -> _World:
    """Draw queries that are easy or hard for both; a share moves up, a share moves down."""
    made, n = _World(), draw.randint(50, 70)
    moves = [1] * round(better * n) + [-1] * round(worse * n)
    moves += [0] * (n - len(moves))
    draw.shuffle(moves)
    moved: list[int] = []
    for move in moves:
        query = f"q{draw.randint(10**5, 10**6)}"
        gold = [f"{query}-{i}" for i in range(draw.choice((1, 1, 2, 4)))]
        gains = {name: draw.randint(1, 2) for name in gold} | {f"{query}-no": 0}
        # As many at the top as missed: the two runs' scores spread, their differences do not.
        # Down goes below the cut at least once, up never comes from there: nothing cancels out.
        lowest = k + 1 if move < 0 else k
        pairs = [(4, lowest), (1, 2), (2, 3), (3, 5)]
        high, low = pairs[0] if moved.count(move) == 0 else draw.choice(pairs)
        moved.append(move)
        same = draw.choice([1, 1, 1, 2, k + 1, k + 1, k + 1])
        ranks = {1: (low, high), -1: (high, low), 0: (same, same)}[move]
        for run, rank in zip((made.before, made.after), ranks, strict=True):
            # An id judged 0 stands first where that changes no rank of a relevant one.
            row = _ranking(draw.choice(gold), rank)
            run[query] = [f"{query}-no", *row[1:]] if rank > 1 else row
        made.qrels[query] = gains
    for query in draw.sample(sorted(made.qrels), absent):
        made.after.pop(query)
    return made


SLACK = 0.25  # standard errors that an end of the interval may lie off


def compare_runs(learner: Learner, seed: int) -> Score:
    """Draw two runs over the same queries; want lift, paired percentile interval and verdict.

    4,000 draws miss an interval's bar with probability 2.3e-8 (measured by the lesson's tests);
    1,000 draws miss it in about one case of 50. A 90 % interval meets one of the two bars with
    probability 5e-3.
    """
    draw = Random(seed)
    ladder = Ladder(learner)
    k = draw.randint(6, 9)
    fields = {"lift": float, "low": float, "high": float, "verdict": str}

    def ask(world: _World) -> dict[str, Any]:
        got = learner.call("compare_runs", world.before, world.after, world.qrels, k)
        return record(got, fields)

    def interval(got: dict[str, Any], gaps: Floats) -> None:
        low, high, error = bootstrap_ends(gaps)
        for name, end in (("low", low), ("high", high)):
            within(got[name], end - SLACK * error, end + SLACK * error, what=name)

    share = draw.uniform(0.1, 0.14)
    calm = _world(draw, k, share + 0.01, share)
    while abs(float(calm.gaps(k).mean())) < 0.001:  # a lift of zero has no sign to turn
        calm = _world(draw, k, share + 0.01, share)
    got: dict[str, Any] = {}
    with ladder.step("the lift", 1):
        got = ask(calm)
        close(got["lift"], float(calm.gaps(k).mean()), abs=1e-9, what="the lift")
    with ladder.step("the interval", 3, after="the lift"):
        interval(got, calm.gaps(k))
        require(
            got["verdict"] == _said(calm.gaps(k)),
            "The verdict does not follow from the interval.",
            got["verdict"],
            _said(calm.gaps(k)),
        )
    with ladder.step("queries a run has no answer for", 1, after="the lift"):
        holed = _world(draw, k, 0.2, 0.1, absent=draw.randint(5, 8))
        got = ask(holed)
        close(got["lift"], float(holed.gaps(k).mean()), abs=1e-9, what="the lift")
        interval(got, holed.gaps(k))
    with ladder.step("a verdict that decides", 1, after="the interval"):
        world = _world(draw, k, *draw.choice([(0.35, 0.02), (0.02, 0.35)]))
        equal(ask(world)["verdict"], _said(world.gaps(k)), what="the verdict")
    return ladder.score()


def _said(gaps: Floats) -> str:
    low, high, _ = bootstrap_ends(gaps)
    return "better" if low > 0 else "worse" if high < 0 else "unclear"


# Task 3: filtered hybrid search

TODAY, TOMORROW, YESTERDAY = "2026-11-21", "2026-11-22", "2026-11-20"


WORDS = ["quay", "latch", "buoy", "relay", "hull", "keel", "mast"]
FILLER = [f"{first}or{last}" for first in "bcdfghlm" for last in ("dak", "elk", "mun", "nis")]


class _Store:
    """A small collection about one query: who only words find, who only vectors find."""

    def __init__(self, draw: Random) -> None:
        self.draw = draw
        stems = draw.sample(WORDS, 7)
        *self.rare, self.common = [f"{stem}{draw.randint(100, 999)}" for stem in stems]
        self.axis = self._unit()
        self.query = " ".join(draw.sample([*self.rare, self.common], 7))
        self.vector = self._near(1.0, draw.uniform(0.5, 3))
        self.request = {
            "groups": draw.sample(["support", "billing", "field"], 2),
            "kinds": draw.sample(["runbook", "advisory", "reference"], 2),
            "today": TODAY,
        }
        self.corpus: dict[str, dict[str, Any]] = {}
        self.vectors: dict[str, list[float]] = {}

    def _unit(self) -> list[float]:
        v = [self.draw.gauss(0, 1) for _ in range(6)]
        return [x / math.hypot(*v) for x in v]

    def _near(self, cosine: float, length: float) -> list[float]:
        """Return a vector of this cosine with the query and of this length."""
        drawn = self._unit()
        along = sum(x * a for x, a in zip(drawn, self.axis, strict=True))
        other = [x - along * a for x, a in zip(drawn, self.axis, strict=True)]
        aside = math.sqrt(1 - cosine**2) / math.hypot(*other)
        v = (cosine * a + aside * x for a, x in zip(self.axis, other, strict=True))
        return [round(length * x, 5) for x in v]

    def _filler(self, count: int) -> list[str]:
        return self.draw.sample(FILLER, count)

    def two(self) -> list[str]:
        """Return a group of the request and one that is not in it, in either order."""
        return self.draw.sample([self.draw.choice(self.request["groups"]), "press"], 2)

    def metadata(self, **changed: Any) -> dict[str, Any]:
        """Return what the request permits, with some of it changed."""
        draw = self.draw
        one = [draw.choice(self.request["groups"])]
        fine = {
            "kind": draw.choice(self.request["kinds"]),
            "groups": self.two() if draw.random() < 0.5 else one,
            "expires": draw.choice([None, TOMORROW, "2027-03-01"]),
            "deprecated": False,
        }
        return fine | changed

    def add(
        self, words: list[str], cosine: float, length: float, title: int = 1, **changed: Any
    ) -> str:
        """Store one passage of eight words, so many of them in its title; return its id."""
        draw = self.draw
        text = [*words, *self._filler(8 - len(words))]
        if title == 1:
            draw.shuffle(text)
        name = f"p{draw.randint(10**8, 10**9)}"
        self.corpus[name] = {
            "title": " ".join(text[:title]),
            "text": " ".join(text[title:]),
            "metadata": self.metadata(**changed),
        }
        self.vectors[name] = self._near(cosine, length)
        return name

    def fill(self) -> tuple[str, str]:
        """Store two answers and what competes with them; return the answers' ids."""
        draw = self.draw
        # All of its words stand in its title: who leaves titles out, misses it.
        by_words = self.add([*self.rare, self.common], 0.45, 1.0, title=7, groups=self.two())
        by_vector = self.add([self.common], 0.95, 0.2, groups=self.two())
        for n in range(5):
            three = [self.rare[(n + step) % 6] for step in range(3)]
            self.add([*three, self.common], draw.uniform(0.1, 0.3), draw.uniform(4, 6))
        for _ in range(6):
            self.add([], draw.uniform(0.46, 0.54), draw.uniform(4, 8))
        self.add([], draw.uniform(-0.1, 0.0), draw.uniform(1, 5))
        return by_words, by_vector

    def crowd(self, count: int, changes: Sequence[dict[str, Any]]) -> None:
        """Store forbidden passages of one text and one vector, both ahead of every answer."""
        near, text = self._near(0.97, 2.0), " ".join(self.rare)
        for n, number in enumerate(self.draw.sample(range(10**8, 10**9), count)):
            metadata = self.metadata(**changes[n % len(changes)])
            self.corpus[f"p{number}"] = {"title": text, "text": text, "metadata": metadata}
            self.vectors[f"p{number}"] = near

    def rivals(self, changes: Sequence[dict[str, Any]]) -> None:
        """Store a passage whose word is rare among permitted ones and common among all."""
        draw, (rare, usual) = self.draw, self.rare[:2]
        self.add([rare], 0.94, 1.0, groups=self.two())
        for cosine in (0.95, 0.8, 0.7, 0.6, 0.5):
            self.add([usual], cosine + draw.uniform(-0.004, 0.004), 1.0)
        for _ in range(3):
            self.add([], draw.uniform(-0.1, 0.3), 1.0)
        for n in range(8):
            self.add([rare], draw.uniform(0.2, 0.99), 1.0, **changes[n % len(changes)])

    def cleared(self) -> None:
        """Delete what the request does not permit."""
        held = self.corpus
        self.corpus = {n: p for n, p in held.items() if may_read(p["metadata"], self.request)}
        self.vectors = {name: self.vectors[name] for name in self.corpus}

    def shuffled(self) -> tuple[dict[str, dict[str, Any]], dict[str, list[float]]]:
        """Return corpus and vectors, in two different orders."""
        # By their last digits: in no order, and the same order when some have been deleted.
        names = sorted(self.corpus, key=lambda name: name[::-1])
        return (
            {name: self.corpus[name] for name in names},
            {name: self.vectors[name] for name in sorted(names)},
        )


def search(learner: Learner, seed: int) -> Score:
    """Draw collections with forbidden twins; want no leak, n results and both kinds of answer.

    Any sound fusion passes: the answers lead whether ranks are fused with k from 20 to 100 or
    scores are rescaled by query, by range, deviation or maximum, and words weigh .2 to .5 (the
    lesson's tests try them). Whatever it is, it must give the same list when the forbidden
    passages are deleted: idf, ranks and rescaling then come from the permitted ones alone.
    """
    draw = Random(seed)
    ladder = Ladder(learner)
    n = draw.choice((4, 5))

    def ask(store: _Store, most: int) -> list[str]:
        corpus, vectors = store.shuffled()
        got = learner.call(
            "search", store.query, store.vector, corpus, vectors, store.request, most
        )
        good = isinstance(got, list) and all(isinstance(name, str) for name in got)
        require(good, "Return a list of ids.", got)
        leaks = [
            name
            for name in got
            if name not in corpus or not may_read(corpus[name]["metadata"], store.request)
        ]
        require(not leaks, "A passage that the request does not permit is in the result.", leaks)
        permitted = [name for name, p in corpus.items() if may_read(p["metadata"], store.request)]
        count = min(most, len(permitted))
        require(
            len(got) == len(set(got)) == count,
            "The result has not as many different passages as the request permits, up to n.",
            f"{len(set(got))} different passages",
            f"{count}",
        )
        return [str(name) for name in got]

    def answers(store: _Store, got: list[str], by_words: str, by_vector: str) -> None:
        require(by_words in got, "The passage with all of the query's words is missing.", got)
        require(by_vector in got, "The passage nearest by cosine is missing.", got)

    with ladder.step("words and vectors, nothing forbidden", 2):
        store = _Store(draw)
        best = store.fill()
        answers(store, ask(store, n), *best)
    forbidden: list[tuple[str, list[dict[str, Any]]]] = [
        ("access rights", [{"groups": ["legal"]}, {"groups": []}, {"groups": ["press", "legal"]}]),
        ("dates", [{"expires": TODAY}, {"expires": YESTERDAY}]),
        ("deprecated passages and other kinds", [{"deprecated": True}, {"kind": "memo"}]),
    ]
    for name, changes in forbidden:
        with ladder.step(name, 2):
            store = _Store(draw)
            best = store.fill()
            store.crowd(3 * n, changes)
            answers(store, ask(store, n), *best)
    every = [change for _, changes in forbidden for change in changes]
    with ladder.step("no trace of what is forbidden", 1):
        store = _Store(draw)
        store.rivals(every)
        seen = ask(store, 9)
        store.cleared()
        same = seen == ask(store, 9)
        require(same, "The order changes when the forbidden passages are deleted.")
    with ladder.step("fewer permitted than asked for", 1):
        store = _Store(draw)
        for _ in range(draw.randint(2, 4)):
            store.add([], draw.uniform(-0.5, -0.1), 1.0, groups=store.two())
        store.crowd(51, every)
        ask(store, n)
        nobody = _Store(draw)
        nobody.crowd(3, forbidden[0][1])
        ask(nobody, n)
    return ladder.score()


# Task 4: an inverted-file index


@dataclass(frozen=True)
class _Index:
    vectors: Floats
    centroids: Floats
    tuning: Floats
    held_out: Floats
    k: int
    target: float
    nprobe: int


def _needed(recall: Floats, target: float) -> int:
    """Return the smallest number of lists whose recall reaches the target."""
    return int(np.argmax(recall >= target - 1e-9)) + 1


def _index(draw: Random, whole: bool = False) -> _Index:
    """Draw clusters of unequal size on which every shortcut settles for another number of lists.

    The shortcuts tune on the held-out queries, visit lists by dot product, count what was met
    as found, or want each query at the target. The last is right for a `whole` recall of 1.
    """
    rng = np.random.default_rng(draw.getrandbits(32))
    while True:
        lists, k = int(rng.integers(7, 11)), int(rng.integers(4, 7))
        centroids = rng.normal(size=(lists, 4)) * rng.uniform(0.6, 2.5, size=(lists, 1))
        vectors = np.repeat(centroids, rng.integers(3, 17, size=lists), axis=0)
        vectors = vectors + rng.normal(scale=0.8, size=vectors.shape)
        picks = rng.choice(len(vectors), size=20)
        queries = vectors[picks] + rng.normal(scale=0.7, size=(20, 4))
        every = probed(vectors, centroids, queries, k)
        turned = probed(vectors, centroids, queries, k, by_dot_product=True).recall
        recall, usual = every.recall, lists + len(vectors) / lists * np.arange(1, lists + 1)
        met = np.minimum(every.evaluations - lists, k) / k
        for _ in range(30):  # another split is cheaper than another world
            order, nprobe = rng.permutation(20), int(rng.integers(2, lists - 2))
            tuning, held_out = order[:12], order[12:]
            one, other = recall[tuning].mean(axis=0), recall[held_out].mean(axis=0)
            nprobe = _needed(one, 1.0) if whole else nprobe
            low, high = one[nprobe - 2], one[nprobe - 1]
            target = 1.0 if whole else round(float(low + (high - low) * rng.uniform(0.4, 0.7)), 4)
            shortcuts = [other, turned[tuning].mean(axis=0), met[tuning].mean(axis=0)]
            shortcuts += [] if whole else [recall[tuning].min(axis=0)]
            fooled = any(_needed(way, target) == nprobe for way in shortcuts)
            cost = every.evaluations[held_out].mean(axis=0)
            gaps = cost - usual, cost - every.evaluations[tuning].mean(axis=0), other - one
            apart = whole or all(abs(gap[nprobe - 1]) > 1e-3 for gap in gaps)
            near = not whole and (min(target - low, high - target) < 0.003 or high > 0.995)
            if apart and not near and not fooled:
                parts = queries[tuning], queries[held_out]
                return _Index(vectors, centroids, *parts, k, target, nprobe)


def tune_index(learner: Learner, seed: int) -> Score:
    """Draw vectors, centroids and two sets of queries; want setting, recall and cost."""
    draw = Random(seed)
    ladder = Ladder(learner)

    def ask(index: _Index) -> dict[str, Any]:
        got = learner.call(
            "tune_index",
            index.vectors.tolist(),
            index.centroids.tolist(),
            index.tuning.tolist(),
            index.held_out.tolist(),
            index.k,
            index.target,
        )
        return record(got, {"nprobe": int, "recall": float, "evaluations": float})

    first = _index(draw)
    got: dict[str, Any] = {}
    with ladder.step("the number of lists", 2):
        got = ask(first)
        equal(got["nprobe"], first.nprobe, what="nprobe")
    held = probed(first.vectors, first.centroids, first.held_out, first.k)
    with ladder.step("recall on the held-out queries", 2, after="the number of lists"):
        close(
            got["recall"], float(held.recall[:, first.nprobe - 1].mean()), abs=1e-9, what="recall"
        )
    with ladder.step("distances a held-out query costs", 2, after="the number of lists"):
        want = float(held.evaluations[:, first.nprobe - 1].mean())
        close(got["evaluations"], want, abs=1e-9, what="evaluations")
    with ladder.step("every exact neighbour wanted", 1):
        second = _index(draw, whole=True)
        equal(ask(second)["nprobe"], second.nprobe, what="nprobe")
    return ladder.score()


# Task 5: reranking to a deadline


def _first(draw: Random) -> tuple[dict[str, list[str]], dict[str, Run], dict[str, float], float]:
    """Draw rankings, scores, prices and a budget that no query can spend to the end."""
    budget = draw.randint(60, 90) + 0.125  # no sum of prices is equal to it
    pool = _names(draw, 30)
    # Quarters of a millisecond: sums are exact, and so is every comparison with the budget.
    cost = {name: draw.randint(20, 72) / 4 for name in pool}
    # Not 21: there interpolation finds the same percentile.
    names = [f"q{n}" for n in draw.sample(range(100, 999), draw.randint(22, 38))]
    first = {name: draw.sample(pool, draw.randint(10, 14)) for name in names}
    scores = {}
    for name, ids in first.items():
        values = [n / 1000 for n in draw.sample(range(-9000, 9000), len(ids))]
        # The best score of all lies beyond the budget: whoever looks there shows it.
        values[-1] = 20.0
        scores[name] = dict(draw.sample(list(zip(ids, values, strict=True)), len(ids)))
    return first, scores, cost, budget


def _telling(draw: Random) -> tuple[dict[str, list[str]], dict[str, Run], dict[str, float], float]:
    """Draw until the percentile by rank is none that a shortcut finds.

    Of all queries none that interpolation finds; of the first twenty not the largest, which is
    where int(0.95 * n) points.
    """
    while True:
        first, scores, cost, budget = _first(draw)
        spent = [reranked(ids, scores[q], cost, budget)[1] for q, ids in first.items()]
        apart = abs(nearest_rank(spent, 0.95) - float(np.percentile(spent, 95))) > 1e-6
        if apart and nearest_rank(spent[:20], 0.95) < max(spent[:20]):
            return first, scores, cost, budget


def rerank(learner: Learner, seed: int) -> Score:
    """Draw rankings with prices and a budget; want every order and the p95 of what was spent."""
    draw = Random(seed)
    ladder = Ladder(learner)
    fields = {"ranked": dict, "p95": float}

    def ask(
        first: dict[str, list[str]], scores: dict[str, Run], cost: dict[str, float], budget: float
    ) -> tuple[dict[str, Any], dict[str, list[str]], float]:
        got = record(learner.call("rerank", first, scores, cost, budget), fields)
        made = {q: reranked(ids, scores[q], cost, budget) for q, ids in first.items()}
        spent = nearest_rank((ms for _, ms in made.values()), 0.95)
        return got, {q: ids for q, (ids, _) in made.items()}, spent

    def orders(got: dict[str, Any], want: dict[str, list[str]]) -> None:
        require(got["ranked"].keys() == want.keys(), "Return a ranking for every query.")
        for query, ids in want.items():
            ranked(got["ranked"][query], ids, what=f"the ranking of {query}")

    first, scores, cost, budget = _telling(draw)
    got: dict[str, Any] = {}
    want: dict[str, list[str]] = {}
    spent = 0.0
    with ladder.step("a budget for everything", 1):
        got, want, _ = ask(first, scores, cost, 1e6)
        orders(got, want)
    with ladder.step("a budget that ends within the list", 3):
        got, want, spent = ask(first, scores, cost, budget)
        orders(got, want)
    with ladder.step("p95 of what was spent", 2, after="a budget that ends within the list"):
        close(got["p95"], spent, what="p95")
        twenty = dict(list(first.items())[:20])
        got, _, spent = ask(twenty, {q: scores[q] for q in twenty}, cost, budget)
        close(got["p95"], spent, what="p95 of twenty queries")
    with ladder.step("a candidate that costs exactly what is left", 1):
        name, ids = next(iter(first.items()))
        exact = sum(cost[i] for i in ids[:4])
        got, want, spent = ask({name: ids}, {name: scores[name]}, cost, exact)
        orders(got, want)
        close(got["p95"], spent, what="p95")
    with ladder.step("equal scores", 1):
        name = draw.choice(list(first))
        ids = sorted(first[name], reverse=True)  # sorting by name would turn them round
        level = dict.fromkeys(ids, 1.5) | {ids[2]: 2.5}
        # Too little is left for any other: who skips the expensive finds nothing either.
        enough = sum(cost[i] for i in ids[: draw.randint(5, 8)]) + 0.125
        got, want, spent = ask({name: ids}, {name: level}, cost, enough)
        orders(got, want)
    return ladder.score()


# Task 6: which stage


Traces = dict[str, dict[str, Any]]


@dataclass
class _Pipeline:
    """Stages in order, with what each wrote before and after."""

    draw: Random
    k: int
    stages: list[dict[str, Any]] = field(default_factory=list)
    before: Traces = field(default_factory=dict)
    after: Traces = field(default_factory=dict)
    qrels: dict[str, dict[str, int]] = field(default_factory=dict)

    def ranks(self, low: int, high: int) -> dict[str, int]:
        """Draw a rank of the relevant id for every query."""
        return {q: self.draw.randint(low, high) for q in self.qrels}

    def rows(self, at: dict[str, int]) -> dict[str, list[str]]:
        """Write rankings with the relevant id at these ranks, over noise drawn afresh.

        The id judged 0 leads the noise.
        """
        draw, made = self.draw, {}
        for query, gains in self.qrels.items():
            noise = [f"n{n}" for n in draw.sample(range(100, 999), self.k)]
            gold, zero = sorted(gains, key=lambda name: -gains[name])
            noise = [zero, *noise]
            made[query] = [*noise[: at[query] - 1], gold, *noise[at[query] - 1 :]]
        return made

    def ranking(
        self, name: str, reads: list[str], before: dict[str, int], after: dict[str, int]
    ) -> None:
        """Add a stage that ranks."""
        self.stages.append({"name": name, "kind": "ranking", "reads": reads})
        self.before[name], self.after[name] = self.rows(before), self.rows(after)

    def value(self, name: str, kind: str, reads: list[str], changed: bool) -> None:
        """Add a stage that writes words or ids, or a vector; unchanged means not to the letter."""
        self.stages.append({"name": name, "kind": kind, "reads": reads})
        old = {q: self._value(kind) for q in self.qrels}
        new = {q: self._same(kind, value) for q, value in old.items()}
        hit = self.draw.sample(sorted(self.qrels), 1)
        new |= {q: self._other(kind, old[q]) for q in hit if changed}
        self.before[name], self.after[name] = old, new

    def _value(self, kind: str) -> list[Any]:
        if kind == "vector":
            return [round(self.draw.gauss(0, 1), 3) for _ in range(4)]
        return [f"w{n}" for n in self.draw.sample(range(100, 999), 5)]

    def _same(self, kind: str, value: list[Any]) -> list[Any]:
        """Return what means the same: another length and rounding, another order."""
        if kind == "vector":
            scale = self.draw.uniform(0.5, 2)
            return [round(scale * x, 4) for x in value]
        return value[::-1]

    def _other(self, kind: str, value: list[Any]) -> list[Any]:
        """Return what means something else, by as little as counts."""
        if kind == "vector":
            aside = [-value[1], value[0], -value[3], value[2]]  # as long, at a right angle
            return [x + 0.25 * y for x, y in zip(value, aside, strict=True)]  # cosine .970
        return [*value[1:], f"{value[0]}ing"]


def _shift(at: dict[str, int], by: int) -> dict[str, int]:
    return {q: rank + by for q, rank in at.items()}


DROP = 0.05


def _drawn(draw: Random, fault: str, kind_at_fault: str, front: bool) -> tuple[_Pipeline, str]:
    """Build a pipeline with one fault and its decoys; return it with the guilty stage's name.

    Branches differ in number, kind and names. A shadow branch that the last stage does not
    read falls hardest and first. What lies downstream of the fault falls further; what lies
    beside it changed, and its ranking improves or falls by less than `drop`. The branch at
    fault is read first (`front`) or last, so that a walk over every fall strays in one of two.
    """
    p = _Pipeline(draw, k=draw.randint(5, 6))
    numbers = draw.sample(range(100, 999), 4)
    p.qrels = {f"q{n}": {f"d{n}": 1, f"d{n + 1000}": 0} for n in numbers}
    names = iter(f"{letter}_{draw.randint(10, 99)}" for letter in draw.sample("abcdefghjkmp", 12))
    good, fine = p.ranks(1, 2), p.ranks(2, 4)
    rewrite = next(names) if fault in ("rewrite", "value") or draw.random() < 0.5 else ""
    source = [rewrite] if rewrite else []
    if rewrite:
        p.value(rewrite, "set", [], fault == "rewrite")
    p.ranking(next(names), source, p.ranks(1, 1), p.ranks(p.k + 1, p.k + 1))
    guilty, branches = rewrite, []
    kinds = draw.sample(["set", "vector"], draw.choice((1, 2)))
    struck = 0 if front else len(kinds)
    kinds.insert(struck, kind_at_fault)
    for place, kind in enumerate(kinds):
        value, ranking = next(names), next(names)
        falls = place == struck and fault in ("rewrite", "value", "search")
        middle = 0 < place < len(kinds) - 1
        beside = _slightly(draw, fine, draw.choice((-1, 1)) if middle else 1)
        p.value(value, kind, source, not falls or fault != "search")
        old, new = (good, _shift(good, 3)) if falls else (fine, beside)
        p.ranking(ranking, [value], old, new)
        branches.append(ranking)
        guilty = {"value": value, "search": ranking}.get(fault, guilty) if falls else guilty
    last, fallen = next(names), fault in ("rewrite", "value", "search", "fuse")
    p.ranking(last, branches, good, _shift(good, 4) if fallen else good)
    guilty = last if fault == "fuse" else guilty
    tail = draw.choice((1, 2)) + (fault == "late")
    turn = {"late": draw.randrange(max(1, tail - 1)), "last": tail - 1}.get(fault)
    for place in range(tail):
        stage = next(names)
        if place == turn:
            guilty, fallen = stage, True
        p.ranking(stage, [last], good, _shift(good, 5 + place % 2) if fallen else good)
        last = stage
    return p, guilty


def _slightly(draw: Random, at: dict[str, int], by: int) -> dict[str, int]:
    """Move one query's relevant id by one rank."""
    query = draw.choice(sorted(at))
    return at | {query: at[query] + by}


def name_stage(learner: Learner, seed: int) -> Score:
    """Draw pipelines with one planted fault each; want every fall, and the stage to blame."""
    draw = Random(seed)
    ladder = Ladder(learner)

    def ask(fault: str, kind: str, front: bool) -> tuple[_Pipeline, str, dict[str, Any]]:
        p, guilty = _drawn(draw, fault, kind, front)
        got = learner.call("name_stage", p.stages, p.before, p.after, p.qrels, p.k, DROP)
        return p, guilty, record(got, {"falls": dict, "stage": str})

    def blames(fault: str, kind: str, front: bool) -> None:
        _, guilty, got = ask(fault, kind, front)
        equal(got["stage"], guilty, what="the stage to blame")

    front = draw.random() < 0.5
    guilty = ""
    got: dict[str, Any] = {}
    with ladder.step("how far each ranking fell", 2):
        p, guilty, got = ask("search", "set", front)
        falls = {
            s["name"]: mean_rr(p.before[s["name"]], p.qrels, p.k)
            - mean_rr(p.after[s["name"]], p.qrels, p.k)
            for s in p.stages
            if s["kind"] == "ranking"
        }
        close(got["falls"], falls, abs=1e-9, what="falls")
    with ladder.step("a ranking at fault", 2, after="how far each ranking fell"):
        equal(got["stage"], guilty, what="the stage to blame")
        blames("search", "vector", not front)
    with ladder.step("what a ranking reads at fault", 2):
        blames("value", "set", front)
        blames("value", "vector", not front)
    with ladder.step("the first of a chain at fault", 1):
        blames("rewrite", draw.choice(("set", "vector")), front)
    with ladder.step("the fusion at fault", 1):
        blames("fuse", draw.choice(("set", "vector")), front)
    with ladder.step("a late stage at fault", 1):
        blames("late", draw.choice(("set", "vector")), front)
        blames("last", draw.choice(("set", "vector")), front)
    return ladder.score()
