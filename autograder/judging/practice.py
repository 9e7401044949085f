"""The practice seat: `check` and `reveal`, as a learner calls them from a notebook."""

from __future__ import annotations

import sys
import textwrap
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from autograder import content
from autograder.cases import Pack, find_pack, notice
from autograder.checks import Score, Step
from autograder.errors import ContentError, RungsError, UnknownTask
from autograder.judging import card, session
from autograder.judging.answered import answer_digest, answer_source
from autograder.judging.attempts import Attempt, Attempts, History
from autograder.judging.case import open_score
from autograder.judging.judge import Judge, load_judge
from autograder.judging.learner import InProcess
from autograder.judging.lookup import lesson_of
from autograder.judging.misconception import match
from autograder.judging.own_case import unsealed
from autograder.judging.recorder import Exchange, Recorder
from autograder.judging.reference import reference_answer, same_program
from autograder.judging.seeds import practice_seeds
from autograder.judging.session import Runs
from autograder.judging.surroundings import needs, package_warnings, session_warnings
from autograder.judging.verdict import Verdict, combine

__all__ = ["BelowFull", "Stopped", "check", "reveal"]

ENOUGH_FAILURES = 3
_SMALLER_SECONDS = 0.1
_SMALLER_CASES = 20
_LONGEST_CALL = 6000  # characters of the call that can be copied
_ENDLESS = (
    "If it would not end by itself, look for a loop whose condition stays true or a list that "
    "grows while you walk it. Mend that, run the answer cell, then run this check again."
)
_MEND = "Compare the record with your case, change it, run its cell, then run this check again."
_UNWRITTEN = ("Missing", "NotYetWritten")
_RUNS = Runs()
if session.seat() == "practice":
    _RUNS.watch()


class _Plain(Exception):
    """An exception whose traceback, in a notebook, is its own text and nothing else."""

    def _render_traceback_(self) -> list[str]:
        return textwrap.wrap(str(self), 80) or [type(self).__name__]


class BelowFull(_Plain):
    """Fail a check cell under nbgrader where the answer earns less than full marks."""


class Stopped(KeyboardInterrupt):
    """Stop the notebook because a person interrupted a check."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@dataclass(frozen=True)
class _Outcome:
    """One card in both forms, its facts for programs, and why it is below full, if it is."""

    plain: str
    html: str
    facts: Mapping[str, Any]
    reason: str


def check(task: str, lesson: str | None = None) -> None:
    """Judge the answer to `task` on practice cases and show one card.

    Where nbgrader runs the notebook, anything below full also raises
    `BelowFull`. In the official seat this does nothing.
    """
    seat = session.seat()
    if seat == "official":
        return
    outcome = _guarded(task, lesson, session.namespace_of(1), seat)
    session.display(outcome.plain, outcome.html, outcome.facts)
    if seat == "strict" and outcome.reason:
        raise BelowFull(outcome.reason) from None


def reveal(task: str, really: bool = False, lesson: str | None = None) -> None:
    """Show the reference answer to `task`; a fresh variant of the task then waits.

    Before three different failed attempts it asks for `really=True`.
    """
    if session.seat() != "practice":
        return
    try:
        outcome = _revealed(task, really, lesson, session.namespace_of(1))
    except RungsError as err:
        outcome = _refused(err)
    except Exception as err:
        outcome = _our_fault(err)
    session.display(outcome.plain, outcome.html, outcome.facts)


def _guarded(
    task: str, lesson: str | None, namespace: Mapping[str, Any], seat: session.Seat
) -> _Outcome:
    asking: list[Recorder] = []
    try:
        return _judged(task, lesson, namespace, seat, asking)
    except KeyboardInterrupt:
        _stop(task, asking)
    except (UnknownTask, ContentError) as err:
        return _refused(err)
    except ModuleNotFoundError as err:
        return _lacking(err)
    except Exception as err:
        return _our_fault(err)


def _stop(task: str, asking: list[Recorder]) -> NoReturn:
    running = asking[0].asking if asking else None
    during = f" while {running['name']} was running" if running else ""
    words = f"The check of {task} was stopped{during}. Nothing was recorded."
    session.display(card.message_text(words, _ENDLESS), card.message_html(words, _ENDLESS))
    raise Stopped(words) from None


def _message(title: str, *lines: str, code: str = "") -> _Outcome:
    reason = " ".join((title, *lines))
    plain = card.message_text(title, *lines, code=code)
    return _Outcome(plain, card.message_html(title, *lines, code=code), {}, reason)


def _refused(err: RungsError) -> _Outcome:
    return _message("This check cannot run.", str(err))


def _lacking(err: ModuleNotFoundError) -> _Outcome:
    return _message(
        f"This check needs the package {err.name}, which is not installed here.",
        "If the set-up is still downloading, run this cell again when it is done. "
        "Otherwise run `make start` again.",
    )


def _our_fault(err: Exception) -> _Outcome:
    deepest = err.__cause__ or err
    place = traceback.extract_tb(deepest.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return _message(
        "This is our fault, not yours: the check itself failed.",
        f"{type(err).__name__} in {where}: {str(err)[:400]}",
        "Your answer was not judged and nothing was recorded. "
        "Please report the two lines above, with the lesson's name.",
    )


def _judged(
    task: str,
    lesson: str | None,
    namespace: Mapping[str, Any],
    seat: session.Seat,
    asking: list[Recorder],
) -> _Outcome:
    home = lesson_of(task, lesson, namespace)
    judge = load_judge(home.id, task)
    practice = seat == "practice"
    attempts = Attempts() if practice else None
    history = attempts.history(home.id, task) if attempts else History()
    pack = _pack(judge, seat)
    kind = _Sitting if pack is None else partial(_CaseSitting, pack=pack)
    sitting = kind(judge, namespace, history.variant)
    asking.append(sitting.recorder)
    with _quiet():
        sitting.judge_cases(practice_seeds(home.id, task, history.variant, _cases()))
    about = sitting.about(seat)
    if attempts is not None:
        about = sitting.after_attempt(about, attempts)
    shown: card.Seat = "book" if seat == "book" else "practice"
    verdict = sitting.verdict
    return _Outcome(
        card.text(verdict, about, shown),
        card.html(verdict, about, shown),
        {
            "lesson": home.id,
            "task": task,
            "points": verdict.points,
            "mark": verdict.mark,
            "fraction": verdict.fraction,
            "reason": verdict.reason,
        },
        _why_below(verdict, about),
    )


def _pack(judge: Judge, seat: session.Seat) -> Pack | None:
    """Find the case that a task is about; None for an ordinary task."""
    if not judge.task.case:
        return None
    pack = find_pack(judge.task.case)
    if pack.origin == "example" and seat != "book":
        raise ContentError(notice(pack))
    return pack


def _why_below(verdict: Verdict, about: card.About) -> str:
    if verdict.full:
        return ""
    reason = about.misconception or verdict.reason
    return f"{verdict.task_id}: {verdict.mark:.4g} of {verdict.points:.4g} points. {reason}"


def _cases() -> int:
    return content.course().course.seeds


class _Sitting:
    """One check: the cases judged, and what can be said about them."""

    def __init__(self, judge: Judge, namespace: Mapping[str, Any], variant: int) -> None:
        self.judge = judge
        self.namespace = namespace
        self.variant = variant
        self.recorder = Recorder(InProcess(namespace, judge.probes))
        self._bounds: list[int] = [0]

    def judge_cases(self, seeds: list[int]) -> None:
        """Judge every case and remember where each begins in the record."""
        scores = []
        for seed in seeds:
            scores.append(self.judge.score(self.recorder, seed))
            self._bounds.append(len(self.recorder.exchanges))
        self.verdict = combine(self.judge, tuple(scores), seeds)

    @property
    def task(self) -> str:
        return self.judge.task.id

    @property
    def lesson(self) -> str:
        return self.judge.lesson.id

    def names(self) -> list[str]:
        """List the learner's names that the judge asked for, the task's own first."""
        asked = [x.request for x in self.recorder.exchanges]
        names = [r["name"] for r in asked if r["op"] != "probe"]
        names += [a for r in asked if r["op"] == "probe" for a in r["args"] if isinstance(a, str)]
        return [n for n in dict.fromkeys([self.task, *names]) if n in self.namespace]

    def unwritten(self) -> bool:
        """Tell whether every request met an absent function or an untouched stub."""
        return all(x.fault in _UNWRITTEN for x in self.recorder.exchanges)

    def failing(self) -> tuple[int, Step] | None:
        """Return the first failing step's first failure, with the number of its case."""
        first = next((s.failure for s in self.verdict.steps() if s.failure is not None), None)
        for number, score in enumerate(self.verdict.scores):
            if any(step is first for step in score.steps) and first is not None:
                return number, first
        return None

    def reference(self) -> str:
        """Return the answer that is shown beside the learner's own after full marks."""
        return reference_answer(self.lesson, self.task)

    def about(self, seat: session.Seat) -> card.About:
        """Say what follows from this check alone."""
        warnings = package_warnings(self.task, needs(self.names(), self.namespace))
        if seat == "practice":
            path = session.notebook_path(self.namespace, self.lesson)
            saved = session.saved_notebook(path)
            names, runs = self.names(), _RUNS
            warnings = session_warnings(self.task, names, self.namespace, runs, saved) + warnings
        failing = self.failing()
        if failing is None:
            return card.About(warnings=tuple(warnings))
        number, step = failing
        exchange = self.recorder.find(step, *self._bounds[number : number + 2])
        whole = exchange.whole(_LONGEST_CALL) if exchange else ""
        return card.About(
            misconception=self._misconception(),
            next_step=_next_step(self.task, step, exchange, whole),
            whole_call=whole if whole != step.call else "",
            printed=exchange.printed if exchange else "",
            warnings=tuple(warnings),
        )

    def _misconception(self) -> str:
        trace = [(x.request, x.reply) for x in self.recorder.exchanges]
        with suppress(ContentError):  # A damaged table costs its message, not the check.
            return "" if self.unwritten() else match(self.lesson, self.task, trace) or ""
        return ""

    def after_attempt(self, about: card.About, attempts: Attempts) -> card.About:
        """Record the attempt and add what depends on the ones before it."""
        verdict = self.verdict
        source = answer_source(self.task, self.namespace, _RUNS)
        reference = self.reference()
        if not self.unwritten():
            attempts.keep(
                Attempt(
                    self.lesson,
                    self.task,
                    self.variant,
                    verdict.fraction,
                    verdict.full,
                    answer_digest(self.names(), self.namespace),
                    verdict.reason,
                    copied=self.variant > 0 and same_program(source, reference),
                )
            )
        history = attempts.history(self.lesson, self.task)
        stuck = not verdict.full and history.failures >= ENOUGH_FAILURES
        trouble = (attempts.trouble,) if attempts.trouble else ()
        smaller, smaller_call = self._smaller() if stuck else (None, "")
        return replace(
            about,
            attempt=history.attempts,
            warnings=about.warnings + trouble,
            smaller=smaller,
            smaller_call=smaller_call,
            hint=self.judge.hint if stuck else "",
            reveal=history.failures if stuck else 0,
            yours=source if verdict.full else "",
            reference=reference if verdict.full else "",
            why=self.judge.why if verdict.full else "",
            remark=_remark(history, verdict.full),
        )

    def _smaller(self) -> tuple[Step | None, str]:
        """Find the failing call that prints shortest, and its whole text where that is cut.

        It is looked for among these cases and a few more; its `call` is ""
        where none is shorter than the one on the card.
        """
        failing = self.failing()
        if failing is None:
            return None, ""
        number, shown = failing
        exchange = self.recorder.find(shown, *self._bounds[number : number + 2])
        whole = exchange.whole(_LONGEST_CALL) if exchange else ""
        found = list(self._failures_so_far(shown.name))
        found += self._more_failures(shown.name)
        sized = [(other.whole(_LONGEST_CALL), step, other) for step, other in found]
        sized = [x for x in sized if x[0] and (not whole or len(x[0]) < len(whole))]
        if not sized:
            return Step(shown.name, shown.weight, False), ""
        best, step, other = min(sized, key=lambda x: len(x[0]))
        small = other.shown(step)
        return small, best if best != small.call else ""

    def _failures_so_far(self, name: str) -> Iterator[tuple[Step, Exchange]]:
        for number, score in enumerate(self.verdict.scores):
            yield from self._failures(
                score, name, self.recorder, *self._bounds[number : number + 2]
            )

    def _more_failures(self, name: str) -> Iterator[tuple[Step, Exchange]]:
        seeds = practice_seeds(
            self.lesson, self.task, self.variant, len(self.verdict.seeds) + _SMALLER_CASES
        )
        end = time.monotonic() + _SMALLER_SECONDS
        for seed in seeds[len(self.verdict.seeds) :]:
            if time.monotonic() > end:
                return
            recorder = Recorder(InProcess(self.namespace, self.judge.probes))
            with _quiet():
                score = self.judge.score(recorder, seed)
            every = len(recorder.exchanges)
            yield from self._failures(score, name, recorder, 0, every)

    @staticmethod
    def _failures(
        score: Score, name: str, recorder: Recorder, start: int, end: int
    ) -> Iterator[tuple[Step, Exchange]]:
        for step in score.steps:
            if step.name == name and not step.passed:
                exchange = recorder.find(step, start, end)
                if exchange is not None:
                    yield step, exchange


class _CaseSitting(_Sitting):
    """A check of a record by the pack alone: what takes the truth is not decided, nor hinted at."""

    def __init__(
        self, judge: Judge, namespace: Mapping[str, Any], variant: int, *, pack: Pack
    ) -> None:
        super().__init__(judge, namespace, variant)
        self._pack = pack

    def judge_cases(self, seeds: list[int]) -> None:
        """Judge the one case there is; its seed is not known here."""
        opened = open_score(self.judge, self.recorder, self._pack.public)
        self._bounds.append(len(self.recorder.exchanges))
        points = self.judge.task.points
        here = self.judge.task.model_copy(update={"points": round(points * opened.share, 6)})
        verdict = combine(replace(self.judge, task=here), (opened.score,), [])
        self.verdict = replace(verdict, note=_left(opened.sealed, points - verdict.points, points))

    def reference(self) -> str:
        """Show none: run on the pack, it would be the answer."""
        return ""

    def about(self, seat: session.Seat) -> card.About:
        """Say what follows from this check; the whole case is in the learner's hands already."""
        about, failing = super().about(seat), self.failing()
        mend = "" if failing is None or failing[1].got == "" else _MEND
        # A call with the whole case in it says less than its name.
        scores = tuple(
            replace(x, steps=tuple(map(self._named, x.steps))) for x in self.verdict.scores
        )
        self.verdict = replace(self.verdict, scores=scores)
        return replace(about, whole_call="", next_step=mend or about.next_step, partly=True)

    def _named(self, step: Step) -> Step:
        return replace(step, call=f"{self.task}(load({self._pack.case!r}))" if step.call else "")

    def after_attempt(self, about: card.About, attempts: Attempts) -> card.About:
        """Record the attempt; a case has no smaller one, no reference and no fresh variant."""
        about = super().after_attempt(about, attempts)
        return replace(about, smaller=None, smaller_call="", reveal=0, why="", remark="")

    def _misconception(self) -> str:
        return ""  # Known mistakes are known by their answers to the practice cases.

    def _more_failures(self, name: str) -> Iterator[tuple[Step, Exchange]]:
        return iter(())  # There is no other case.


def _left(sealed: tuple[str, ...], left: float, points: float) -> str:
    return (
        "A check decides what your case itself can show. "
        f"{left:.4g} of the task's {points:.4g} points are decided when the record is graded: "
        f"{', '.join(sealed)}. "
        "Whoever could ask for them here could try every answer out."
    )


def _next_step(task: str, step: Step, exchange: Exchange | None, whole: str) -> str:
    kind = exchange.fault if exchange else ""
    name = exchange.request["name"] if exchange else task
    if kind in _UNWRITTEN:
        return f"Write {task} in its answer cell, run that cell, then run this check again."
    if kind == "WrongSignature":
        return "Give the function the first line that the task states, then run both cells again."
    if kind == "NotPortable":
        return "Convert the result just before the return, then run both cells again."
    if exchange is not None and exchange.request["op"] == "value":
        return f"Compare {name} with what the task asks for, set it again, then run this check."
    how = "Run this call in a cell of your own"
    if whole != step.call:
        how = "Copy the whole call, given below, into a cell of your own, run it"
    if not whole:
        how = f"Call {name} on a small input in a cell of your own"
    if kind == "Raised":
        return f"{how} and read the line that the error points at."
    return f"{how} and follow it until a value is not what you expect."


def _remark(history: History, full: bool) -> str:
    if not history.variant:
        return ""
    if history.reviewing:
        return "Still known: it comes up again later." if full else "A review, on fresh cases."
    if not full:
        return (
            f"These are fresh cases (variant {history.variant + 1}), because the reference was "
            "shown. Solve them to count the task as unaided."
        )
    if history.unaided:
        return "Solved on fresh cases after the reference was shown: the task counts as unaided."
    return (
        "This is the reference itself. Write it once more in your own way, and the task counts "
        "as unaided."
    )


def _revealed(
    task: str, really: bool, lesson: str | None, namespace: Mapping[str, Any]
) -> _Outcome:
    home = lesson_of(task, lesson, namespace)
    attempts = Attempts()
    history = attempts.history(home.id, task)
    if home.task(task).case:
        return _closed(load_judge(home.id, task), really, attempts, history, namespace)
    if not (really or history.solved or history.failures >= ENOUGH_FAILURES):
        return _message(
            f"The reference for {task} is one step away.",
            f"You have tried {history.failures} different answers on these cases; after "
            f"{ENOUGH_FAILURES} the check offers a smaller case and a hint first.",
            f"To see the reference now: reveal({task!r}, really=True)",
        )
    judge = load_judge(home.id, task)
    source = reference_answer(home.id, task)
    if not source:
        return _message(f"{home.title} ships no reference for {task}.")
    why = f"Why it is written so: {judge.why}" if judge.why else ""
    if history.solved:
        return _message(f"The reference for {task}", why, code=source)
    attempts.keep_reveal(home.id, task, history.variant)
    return _message(
        f"The reference for {task}",
        why,
        "Read it, close it, then write your own. "
        "The check now draws a fresh variant; solve that and the task counts as unaided.",
        code=source,
    )


def _closed(
    judge: Judge,
    really: bool,
    attempts: Attempts,
    history: History,
    namespace: Mapping[str, Any],
) -> _Outcome:
    """Judge every record of one's own case with the truth, which ends that case."""
    lesson, case, task = judge.lesson, judge.task.case, judge.task.id
    seed = unsealed(find_pack(case))
    tasks = [other.id for other in lesson.tasks if other.case == case]
    if not really:
        records = "Your record is" if len(tasks) == 1 else f"Your records ({', '.join(tasks)}) are"
        return _message(
            f"Revealing {task} closes your case ({case}).",
            f"{records} then judged with the truth, once, and the next load gives a fresh "
            f"case. Save your notebook first. To do it: reveal({task!r}, really=True)",
        )
    verdicts = []
    for other in tasks:
        sitting = _Sitting(load_judge(lesson.id, other), namespace, history.variant)
        with _quiet():
            sitting.judge_cases([seed])
        verdicts.append(sitting.verdict)
    attempts.keep_reveal(lesson.id, task, history.variant)
    note = f"This case ({case}) is closed; load gives a fresh one."
    verdicts[-1] = replace(verdicts[-1], note=note)
    shown = "\n\n".join(map(card.text, verdicts)), "".join(map(card.html, verdicts))
    return _Outcome(*shown, {}, "")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what learner code displays or plots out of the check cell's output."""
    with ExitStack() as stack:
        if session.shell() is not None:
            from IPython.utils.capture import capture_output

            stack.enter_context(capture_output(stdout=False, stderr=False, display=True))
        pyplot = sys.modules.get("matplotlib.pyplot")
        before = set(pyplot.get_fignums()) if pyplot is not None else set()
        try:
            yield
        finally:
            if pyplot is not None:
                for number in set(pyplot.get_fignums()) - before:
                    pyplot.close(number)
