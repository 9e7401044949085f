"""The placement test in a notebook: `placement()`, then `answer`, `skip` and `result`."""

from __future__ import annotations

import re
import textwrap
from html import escape
from typing import Any

from autograder.judging import session
from autograder.judging.attempts import Attempts
from autograder.placement.adaptive import model
from autograder.placement.item import Item, judge
from autograder.placement.items import ITEMS
from autograder.placement.journal import Journal, Outcome
from autograder.placement.records import Task
from autograder.placement.result import Result

__all__ = ["Placement", "placement", "recommended"]

_FRAME = (
    "border:1px solid var(--jp-border-color2,var(--pst-color-border,#8888));border-radius:3px;"
    "padding:.2em .9em .5em;max-width:60em;line-height:1.45"
)
_PRE = "white-space:pre-wrap;overflow-wrap:anywhere;margin:.15em 0 .5em"
_FIRST = (
    "Practice only: nothing here is marked, and the answers stay on this computer. Work as you "
    "would without help, try your function on the example first, and skip what you do not know: "
    "the next task depends on your answers, and a miss is followed by easier ones."
)


class Placement:
    """A test in progress; it shows the task that waits, and after each answer the next."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._journal.ask()

    def answer(self, function: Any) -> None:
        """Judge the function for the waiting task, and show the next.

        What is plainly not an answer to it, such as a function of another
        name or one that is not written yet, does not count.
        """
        task = self._journal.ask()
        if task is None or session.seat() == "official":
            return self._show("")
        name = getattr(function, "__name__", type(function).__name__)
        if not callable(function) or name != task.id:
            return self._show(
                f"Nothing counted: the task that waits asks for the function {task.id}, and this "
                f"is {name}."
            )
        verdict = judge(ITEMS[task.id], function, seed=self._journal.sitting)
        if not verdict.written:
            return self._show(f"Nothing counted: {verdict.reason}")
        outcome: Outcome = "solved" if verdict.solved else "failed"
        right = "Right." if verdict.solved else "Not right."
        return self._closed(task, outcome, f"{right} {verdict.reason}")

    def skip(self) -> None:
        """Go on to the next task; one that is skipped counts as not solved."""
        task = self._journal.ask()
        if task is None or session.seat() == "official":
            return self._show("")
        return self._closed(task, "skipped", f"Skipped: {task.id}.")

    def result(self) -> Result:
        """Return what the answers so far recommend."""
        journal = self._journal
        return Result(journal.belief(), journal.answers(), journal.task() is None)

    def __repr__(self) -> str:
        return _in_text(self._journal, "")

    def _repr_html_(self) -> str:
        return _in_html(self._journal, "")

    def _closed(self, task: Task, outcome: Outcome, words: str) -> None:
        self._journal.close(task, outcome)
        self._journal.ask()
        self._show(words)

    def _show(self, words: str) -> None:
        if session.seat() != "official":
            session.display(_in_text(self._journal, words), _in_html(self._journal, words))


def placement(again: bool = False) -> Placement:
    """Begin the placement test, or go on where it stood, and show the task that waits.

    `again` begins anew. Only a person at work leaves a record: where a
    notebook is replayed or built, the test is one of its own.
    """
    record = Attempts() if session.seat() == "practice" else None
    test = Placement(Journal(record, again))
    test._show("")
    return test


def recommended() -> str | None:
    """Return the lesson that the latest finished test recommends, from the learner's record."""
    journal = Journal(Attempts())
    if not journal.answers() or journal.task() is not None:
        return None
    return model().parameters.starts[journal.belief().start()].lesson


def _in_text(journal: Journal, words: str) -> str:
    task = journal.task()
    if task is None:
        shown = repr(Result(journal.belief(), journal.answers(), True))
        return "\n".join(part for part in (words, _ending(journal), shown) if part)
    item = ITEMS[task.id]
    blocks = [
        *_lead(journal, words),
        _title(journal, item),
        item.statement,
        textwrap.indent(f"{item.starter}\n\n{item.example}", "    "),
        _how(journal, task),
    ]
    return "\n\n".join(b if b.startswith("    ") else textwrap.fill(b, 92) for b in blocks)


def _in_html(journal: Journal, words: str) -> str:
    task = journal.task()
    said = "".join(f"<p><strong>{escape(line)}</strong></p>" for line in (words,) if line)
    if task is None:
        shown = Result(journal.belief(), journal.answers(), True)._repr_html_()
        return f"{said}<p>{escape(_ending(journal))}</p>{shown}"
    item = ITEMS[task.id]
    lead = "".join(f"<p>{escape(line)}</p>" for line in _lead(journal, ""))
    return (
        f'<div role="group" aria-label="Placement task {escape(item.id)}" style="{_FRAME}">{said}'
        f"{lead}<h4>{escape(_title(journal, item))}</h4><p>{_prose(item.statement)}</p>"
        f"<p><strong>Begin with</strong></p><pre style='{_PRE}'>{escape(item.starter)}</pre>"
        f"<p><strong>Example</strong></p><pre style='{_PRE}'>{escape(item.example)}</pre>"
        f"<p>{_prose(_how(journal, task))}</p></div>"
    )


def _lead(journal: Journal, words: str) -> list[str]:
    first = [] if journal.answers() else [_FIRST]
    return ([words] if words else []) + first


def _title(journal: Journal, item: Item) -> str:
    return f"Task {len(journal.answers()) + 1}: {item.id}"


def _how(journal: Journal, task: Task) -> str:
    return (
        f"About {task.minutes:.0f} minute{'s' if task.minutes > 1 else ''}; at most "
        f"{journal.minutes_left():.0f} are left for the whole test, which mostly ends sooner. "
        f"Write the function in a cell of its own, run it, then `test.answer({task.id})`, "
        "or `test.skip()`."
    )


def _ending(journal: Journal) -> str:
    answers = journal.answers()
    minutes = sum(answer.minutes for answer in answers)
    return f"The test is over: {len(answers)} tasks, {minutes:.0f} minutes counted."


def _prose(words: str) -> str:
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(words))
