"""What a placement test recommends, with its uncertainty in words and as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape

from autograder import content
from autograder.career import paths, planned_lessons
from autograder.career.plan import Plan
from autograder.placement.adaptive import Belief
from autograder.placement.journal import Answer
from autograder.placement.records import SCALES, Scale, Start

__all__ = ["Result"]

_BANDS: Mapping[Scale, tuple[str, ...]] = {
    "software": ("before the on-ramp", "on the on-ramp, before services", "past the on-ramp"),
    "evaluation": (
        "before the first lessons on evaluation",
        "past rates and prices, before retrieval and judges",
        "past retrieval and judges",
    ),
}
# Nobody is told to be past what they did not answer rightly.
_JUDGE, _NO_JUDGE = "corrected_rate", "past rates and retrieval; about judges it is not known"
_SHORT: Mapping[Scale, tuple[str, ...]] = {
    "software": ("01", "03", "09 and on"),
    "evaluation": ("09", "16", "30"),
}
_ONLY = (
    "This recommends and decides nothing: a lesson is tested out of by its own tasks, on cases "
    "you have not seen."
)
_MODEL = (
    "The shares in percent are simulated: they follow from a model whose parameters are our "
    "judgement and were not estimated from people."
)
_GO_ON = "Go on with this, your hours a week in place of the dots"
_OUTCOMES = {"solved": "right", "failed": "not right", "skipped": "skipped"}
_PRE = "white-space:pre-wrap;overflow-wrap:anywhere"
_CELL = 'style="text-align:left;vertical-align:top"'
_LOW, _HIGH, _WIDE, _LEFT, _RIGHT = -4.0, 4.0, 400, 86, 392


@dataclass(frozen=True)
class Result:
    """A recommendation from the answers so far; `finished` tells that no task is left to ask."""

    belief: Belief
    answers: tuple[Answer, ...]
    finished: bool

    @property
    def start(self) -> str:
        """Return the id of the lesson to start with, as `itinerary(placement=...)` takes it."""
        return self._start.lesson

    @property
    def call(self) -> str:
        """Return the call that lays the rest of the path out in weeks."""
        return f'itinerary("{self._start.path}", hours=..., placement="{self.start}")'

    def __repr__(self) -> str:
        rows = (f"  {name}: {outcome} (lesson {where})" for name, outcome, where in self._rows())
        lines = (
            *self._opening(),
            *(self.in_words(scale) for scale in SCALES),
            *self._unshown(),
            _GO_ON + ":",
            "  from autograder.progress import itinerary",
            f"  {self.call}",
            _ONLY,
            _MODEL,
        )
        return "\n".join([*lines, *(("Your answers:", *rows) if self.answers else ())])

    def _repr_html_(self) -> str:
        opening = "".join(f"<p>{escape(line)}</p>" for line in self._opening())
        scales = "".join(f"<li>{escape(self.in_words(scale))}</li>" for scale in SCALES)
        unshown = "".join(f"<p>{escape(line)}</p>" for line in self._unshown())
        code = f"from autograder.progress import itinerary\n{self.call}"
        return (
            f'<div class="rungs-placement"><h4>Where to start</h4>{opening}'
            f"<h4>What your answers say</h4><ul>{scales}</ul>{unshown}{self._picture()}"
            f"<h4>{_GO_ON}</h4><pre style='{_PRE}'>{escape(code)}</pre>"
            f"<p>{escape(_ONLY)}</p><p>{escape(_MODEL)}</p>{self._table()}</div>"
        )

    def in_words(self, scale: Scale) -> str:
        """Say in one sentence where the answers place the learner on a scale, and how surely."""
        shares, estimate = self.belief.band_shares(scale), self.belief.estimate(scale)
        best = int(shares.argmax())
        return (
            f"{scale.capitalize()}: {self._band(scale, best)}; {_surely(shares[best])} "
            f"({_percent(shares[best])}). On the scale of the tasks {estimate.mean:+.1f}, "
            f"give or take {estimate.sd:.1f}."
        )

    def _band(self, scale: Scale, best: int) -> str:
        """Name a band in words; the highest of evaluation only where the judge's task is solved."""
        judged = any(x.task.id == _JUDGE and x.outcome == "solved" for x in self.answers)
        if scale == "evaluation" and best == len(_BANDS[scale]) - 1 and not judged:
            return _NO_JUDGE
        return _BANDS[scale][best]

    def _unshown(self) -> Iterator[str]:
        """Say which lessons before the start were not shown to be known, and what to try there."""
        found: dict[str, list[str]] = {}
        outcomes = {one.task.id: one.outcome for one in self.answers}
        for task in self.belief.model.parameters.tasks:
            outcome = outcomes.get(task.id, "not asked")
            missed = outcome in ("failed", "skipped") or (task.id == _JUDGE and outcome != "solved")
            if missed and task.lesson < self.start:
                words = f"{task.id}: {_OUTCOMES.get(outcome, outcome)}"
                found.setdefault(task.lesson, []).append(words)
        if self.answers and found:
            lessons = "; ".join(
                f"{self._titled(lesson)} ({', '.join(tasks)})" for lesson, tasks in found.items()
            )
            yield f"Before you leave them out, try the tasks of {lessons}."

    @cached_property
    def _start(self) -> Start:
        return self.belief.model.parameters.starts[self.belief.start()]

    @cached_property
    def _plan(self) -> Plan:
        return Plan(content.course(), planned_lessons())

    def _opening(self) -> Iterator[str]:
        if not self.answers:
            yield "Nothing is answered yet: this is what we would say of anybody."
        elif not self.finished:
            yield "The test goes on. So far:"
        shares = self.belief.start_shares()
        best, second = (int(i) for i in shares.argsort()[::-1][:2])
        other = self.belief.model.parameters.starts[second].lesson
        yield f"Recommended start: {self._title(self.start)}: {self._start.words}."
        yield (
            f"Among the five starts this one is {_surely(shares[best])} "
            f"({_percent(shares[best])}); next comes {self._title(other)} "
            f"({_percent(shares[second])})."
        )
        if not self._plan.stands(self.start):
            yield self._instead()

    def _instead(self) -> str:
        route = next(one for one in paths() if one.id == self._start.path)
        following = route.lessons[route.lessons.index(self.start) :]
        standing = next((one for one in following if self._plan.stands(one)), None)
        planned = "This lesson is planned and not written yet."
        if standing is None:
            return planned
        return f"{planned} The first lesson of the path that is ready is {self._title(standing)}."

    def _title(self, lesson: str) -> str:
        return f"{lesson[:2]} {self._plan.lesson(lesson).title}"

    def _titled(self, lesson: str) -> str:
        return self._title(lesson) + ("" if self._plan.stands(lesson) else ", planned")

    def _rows(self) -> Iterator[tuple[str, str, str]]:
        for one in self.answers:
            yield one.task.id, _OUTCOMES[one.outcome], self._titled(one.task.lesson)

    def _table(self) -> str:
        if not self.answers:
            return ""
        heads = "".join(
            f'<th scope="col" {_CELL}>{name}</th>' for name in ("Task", "Answer", "Lesson")
        )
        rows = "".join(
            "<tr>" + "".join(f"<td {_CELL}>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self._rows()
        )
        return f"<h4>Your answers</h4><table><tr>{heads}</tr>{rows}</table>"

    def _picture(self) -> str:
        words = " ".join(self.in_words(scale) for scale in SCALES)
        inner = "".join(self._line(scale, 40 + 70 * i) for i, scale in enumerate(SCALES))
        return (
            f'<svg viewBox="0 0 {_WIDE} 140" role="img" aria-label="{escape(words)}" '
            f'style="width:100%;max-width:{_WIDE}px" font-size="14" fill="currentColor" '
            f'stroke="currentColor" xmlns="http://www.w3.org/2000/svg">{inner}</svg>'
        )

    def _line(self, scale: Scale, y: int) -> str:
        found, cuts = self.belief.estimate(scale), self.belief.model.parameters.cuts(scale)
        low, middle, high = (_across(found.mean + side * found.sd) for side in (-1, 0, 1))
        ends = [_across(end) for end in (_LOW, *cuts, _HIGH)]
        names = "".join(
            _words((ends[i] + ends[i + 1]) / 2, y + 26, name, "middle")
            for i, name in enumerate(_SHORT[scale])
        )
        ticks = "".join(f'<path d="M{x:.0f} {y - 10}v20"/>' for x in ends[1:-1])
        return (
            f'{_words(0, y + 5, scale)}<path d="M{_LEFT} {y}H{_RIGHT}"/>{ticks}{names}'
            f'<path d="M{low:.0f} {y}H{high:.0f}" stroke-width="6" stroke-opacity="0.5"/>'
            f'<circle cx="{middle:.0f}" cy="{y}" r="6"/>'
        )


def _across(ability: float) -> float:
    inside = min(_HIGH, max(_LOW, ability))
    return _LEFT + (inside - _LOW) / (_HIGH - _LOW) * (_RIGHT - _LEFT)


def _words(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" stroke="none">{words}</text>'


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _surely(share: float) -> str:
    if share >= 0.85:
        return "quite sure"
    return "likely" if share >= 0.6 else "the best guess, and a close one"
