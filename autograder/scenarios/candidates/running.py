"""Run versions against golden sets: verdicts, latency and cost, item by item."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.scenarios.candidates.drawing import ERROR, Drawn
from autograder.scenarios.candidates.kinds import TRAITS
from autograder.scenarios.candidates.records import Audit, Golden, Run, Version
from autograder.scenarios.candidates.suite import Suite, day
from autograder.scenarios.draws import Stream

__all__ = ["Bench"]

_HARDER = 0.25  # lower pass rate of items that a golden set adds
_TUNED = 0.6  # of the failures on items that the candidate's author edited pass with it
_FRESH = 0.12  # of the failures pass with a fresher index
_UNJUDGED = 0.01
_AGAIN = 0.8  # of a candidate's answers are the same when it runs again


class Bench:
    """Run versions; the baseline's answers are kept, a candidate's vary from run to run."""

    def __init__(self, key: tuple[object, ...], suite: Suite, settings: Mapping[str, str]) -> None:
        self.key, self.suite, self.settings = key, suite, dict(settings)
        stream = Stream(key, "items")
        unit = stream.unit
        self.ids = list(suite.slice_of)
        self.rate = {i: self._rate(i) for i in self.ids}
        self.base = {i: int(unit() < self.rate[i]) for i in self.ids}
        self.mood = {i: unit() for i in self.ids}  # what each judge of an item turns on
        self.ms = {i: 400 + 2600 * unit() * unit() for i in self.ids}
        self.usd = {i: 0.002 + 0.006 * unit() for i in self.ids}
        self.drawn: dict[str, dict[str, int]] = {}
        self.made: list[Run] = []
        self.expected: dict[str, float] = {}

    def _rate(self, item: str) -> float:
        return self.suite.passing[self.suite.slice_of[item]] - _HARDER * (item in self.suite.hard)

    def _flow(self, item: str, of: Drawn) -> tuple[float, float]:
        """Return the chances that only the baseline passes, and that only the candidate does."""
        loss = of.effect.slices[self.suite.slice_of[item]]
        return (of.effect.discordant + loss) / 2, (of.effect.discordant - loss) / 2

    def answers(self, of: Drawn | None, again: int) -> dict[str, int]:
        """Return verdicts of the first judge on a version's answers to every item."""
        if of is None:
            return self.base
        name = of.version.id
        unit = Stream(self.key, "answers", name, again).unit
        flows = {s: self._flow(item, of) for item, s in self.suite.slice_of.items()}
        before = self.drawn.get(name)
        made = {}
        for item, slice_name in self.suite.slice_of.items():
            if before is not None and unit() < _AGAIN:
                made[item] = before[item]
                continue
            lost, won = flows[slice_name]
            rate = self.rate[item]
            passes = unit() >= lost / rate if self.base[item] else unit() < won / (1 - rate)
            made[item] = int(passes)
        self.drawn.setdefault(name, made)
        return made

    def run(
        self,
        of: Drawn | None,
        version: Version,
        golden: Golden,
        judge: str,
        started: float,
        *,
        settings: Mapping[str, str] | None = None,
        again: int = 0,
        complete: bool = True,
    ) -> str:
        """Add a run and return its place in the list, as a number in text."""
        settings = dict(settings or self.settings)
        unit = Stream(self.key, "run", len(self.made)).unit
        verdicts = self.answers(of, again)
        tuned = of is not None and golden.edited_by == version.author
        fresh = settings["index"] != self.settings["index"]
        truth = self.suite.truths[judge]
        items = (
            golden.items
            if complete
            else golden.items[: int((0.4 + 0.4 * unit()) * len(golden.items))]
        )
        edited, mood = self.suite.edited, self.mood
        passed: list[int | None] = []
        for item in items:
            verdict = verdicts[item]
            if tuned and not verdict and item in edited:
                verdict = int(unit() < _TUNED)
            if fresh and not verdict:
                verdict = int(unit() < _FRESH)
            if verdict:
                verdict = int(mood[item] >= truth.strict)
            elif truth.lenient:
                verdict = int(mood[item] < truth.lenient)
            passed.append(None if unit() < _UNJUDGED else verdict)
        slower = dearer = 1.0
        if of is not None:
            slower, dearer = of.effect.latency_ratio, of.effect.cost_ratio
        name = f"draft-{len(self.made)}"
        self.made.append(
            Run(
                name, version.id, version.digest, golden.id, judge, settings, day(started),
                len(golden.items), items, tuple(passed),
                tuple([int(self.ms[i] * slower * (0.8 + 0.4 * unit())) for i in items]),
                tuple([round(self.usd[i] * dearer, 6) for i in items]),
            )
        )  # fmt: skip
        self.expected[name] = self._expected(of, golden, tuned, fresh, judge)
        return name

    def _expected(
        self, of: Drawn | None, golden: Golden, tuned: bool, fresh: bool, judge: str
    ) -> float:
        """Return the pass rate to expect of a complete run."""
        truth, total = self.suite.truths[judge], 0.0
        for item in golden.items:
            rate = self.rate[item]
            if of is not None:
                rate -= of.effect.slices[self.suite.slice_of[item]]
            if tuned and item in self.suite.edited:
                rate += _TUNED * (1 - rate)
            if fresh:
                rate += _FRESH * (1 - rate)
            total += rate * (1 - truth.strict) + (1 - rate) * truth.lenient
        return total / len(golden.items)

    def audits(self, baseline: Version, candidates: list[Drawn], size: int) -> tuple[Audit, ...]:
        """Let people judge each version's first answers to the same sample of items."""
        stream = Stream(self.key, "audit")
        items = tuple(sorted(stream.sample(self.suite.goldens[0].items, size)))
        wrong = {item for item in items if stream.chance(ERROR)}
        made = [Audit(baseline.id, items, tuple(self.base[i] ^ (i in wrong) for i in items))]
        for one in candidates:
            answers, spoilt = self.drawn[one.version.id], TRAITS[one.effect.trait].spoilt
            good = tuple(
                int((answers[i] ^ (i in wrong)) and not stream.chance(spoilt)) for i in items
            )
            made.append(Audit(one.version.id, items, good))
        return tuple(made)
