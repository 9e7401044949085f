"""The card a learner reads under a check cell, as text and as HTML.

One list of blocks in reading order is composed from a verdict and what is
known about it; two renderers write that list. Nothing here displays anything.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Literal

from autograder.checks import Step
from autograder.judging.verdict import StepSummary, Verdict

__all__ = ["About", "Seat", "html", "message_html", "message_text", "text"]

Seat = Literal["practice", "official", "book"]

PRINTED_LINES = 10
_LINE = 200
_LONGEST_PLAIN = 3000  # characters of a call that plain text prints whole
_WIDTH = 92
_NOT_TRIED = "Not tried: "
_RAISED = re.compile(r"raised (\w{1,40}): .*?( \(in line \d+ of \w{1,60}\))?", re.DOTALL)
_LONGEST_REASON = 300
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class About:
    """Tell what a card may say beyond the verdict itself.

    `attempt` counts from 1 (0: not counted); `next_step` is one sentence;
    `whole_call` is the failing call uncut, where the card cuts it ("" too where
    it is too long for a card);
    `printed` is what the function wrote during the failing call; `smaller` is a
    failing call to trace by hand (its `call` is "" where none is smaller) and
    `smaller_call` its call uncut, where that is cut;
    `yours` and `reference` are source texts shown after full marks; `reveal`
    offers the reference after that many different failed attempts (0: not yet);
    `remark` is one sentence on how the attempt counts; `partly` says that a
    check decides only a part of the task's points.
    """

    attempt: int = 0
    misconception: str = ""
    next_step: str = ""
    whole_call: str = ""
    printed: str = ""
    warnings: tuple[str, ...] = ()
    smaller: Step | None = None
    smaller_call: str = ""
    hint: str = ""
    reveal: int = 0
    yours: str = ""
    reference: str = ""
    why: str = ""
    remark: str = ""
    partly: bool = False


@dataclass(frozen=True)
class _Line:
    words: str
    strong: bool = False


@dataclass(frozen=True)
class _Steps:
    rows: tuple[tuple[str, str, str], ...]  # sign, name, result in words


@dataclass(frozen=True)
class _Facts:
    rows: tuple[tuple[str, str, bool], ...]  # label, text, whether it is code


@dataclass(frozen=True)
class _Code:
    label: str
    source: str


@dataclass(frozen=True)
class _Beside:
    codes: tuple[_Code, ...]


@dataclass(frozen=True)
class _Fold:
    summary: str
    blocks: tuple[_Block, ...]
    plain: tuple[_Block, ...] = ()  # what plain text says instead


_Block = _Line | _Steps | _Facts | _Code | _Beside | _Fold


def text(verdict: Verdict, about: About | None = None, seat: Seat = "practice") -> str:
    """Write the card as plain text."""
    return _as_text(_compose(verdict, about or About(), seat))


def html(verdict: Verdict, about: About | None = None, seat: Seat = "practice") -> str:
    """Write the card as one HTML element: escaped, no script, no heading, styled inline."""
    blocks = _compose(verdict, about or About(), seat)
    tone = "full" if verdict.full else "none" if verdict.fraction == 0 else "part"
    return _as_html(blocks, f"Check of {verdict.task_id}", tone)


def message_text(title: str, *lines: str, code: str = "") -> str:
    """Write a card that carries no verdict, as plain text; `code` follows the title."""
    return _as_text(_message(title, lines, code))


def message_html(title: str, *lines: str, code: str = "") -> str:
    """Write a card that carries no verdict, as HTML; `code` follows the title."""
    return _as_html(_message(title, lines, code), title, "part")


def _message(title: str, lines: Iterable[str], code: str) -> list[_Block]:
    source: list[_Block] = [_Code("The code", code)] if code else []
    return [_Line(title, strong=True), *source, *(_Line(line) for line in lines if line)]


def _compose(verdict: Verdict, about: About, seat: Seat) -> list[_Block]:
    practice = seat == "practice"
    blocks: list[_Block] = [_Line(_title(verdict, about, seat), strong=True)]
    if verdict.note:
        blocks.append(_Line(verdict.note))
    summaries = verdict.steps()
    if summaries:
        blocks.append(_Steps(tuple(_row(summary) for summary in summaries)))
    failing = next((s for s in summaries if s.failure is not None), None)
    if failing is not None and failing.failure is not None:
        blocks += _failure(verdict.task_id, failing.name, failing.failure, about, seat)
    if practice:
        blocks += _stuck(verdict, about, failing.failure if failing else None)
    if practice and verdict.full and about.reference:
        blocks.append(_comparison(verdict.task_id, about))
    if about.remark and practice:
        blocks.append(_Line(about.remark))
    blocks += [_Line(f"Note: {warning}") for warning in about.warnings if seat != "official"]
    return blocks


def _title(verdict: Verdict, about: About, seat: Seat) -> str:
    points = f"{verdict.mark:.4g} of {verdict.points:.4g} points"
    if verdict.full:
        points = f"all {verdict.points:.4g} points" if verdict.points != 1 else "the whole point"
    if about.partly:
        return f"{verdict.task_id}: {points} that a check decides{_attempt(about)}"
    kind = "graded" if seat == "official" else "practice"
    count = len(verdict.scores)
    cases = f" on {count} {kind} case{'s' if count != 1 else ''}" if count else ""
    attempt = _attempt(about) if seat == "practice" else ""
    return f"{verdict.task_id}: {points}{cases}{attempt}"


def _attempt(about: About) -> str:
    return f" (attempt {about.attempt})" if about.attempt else ""


def _row(summary: StepSummary) -> tuple[str, str, str]:
    if summary.passed == summary.cases:
        return "✓", summary.name, f"passed on {_of(summary)}"
    failure = summary.failure
    if not summary.passed and failure is not None and failure.reason.startswith(_NOT_TRIED):
        return "–", summary.name, "not tried yet"
    return "✗", summary.name, f"passed on {_of(summary)}"


def _of(summary: StepSummary) -> str:
    if summary.cases == 1:
        return f"{summary.passed} of 1 case"
    return f"{summary.passed} of {summary.cases} cases"


def _failure(task: str, name: str, step: Step, about: About, seat: Seat) -> Iterator[_Block]:
    yield _Line(f"First step to mend: {name}", strong=True)
    if seat == "official":
        yield _Line(_sentence(_without_data(step.reason), task, step))
        return
    reason = about.misconception or _sentence(step.reason, task, step)
    yield _Facts(
        (
            *_shown(step),
            ("Why it failed", reason, False),
            ("Next", about.next_step or _NEXT, False),
        )
    )
    if about.whole_call:
        yield _whole("The whole call, to copy", about.whole_call)
    if about.printed.strip():
        yield _Code("It printed", _first_lines(about.printed))


_NEXT = "Change the answer cell, run it, then run this check again."
_TRACE = "No smaller case fails: trace the call above by hand, line by line."
_INVENT = (
    "No smaller case fails, and the call above is too long for a card: invent a small input, "
    "work out by hand what should come back, and trace your function on it line by line."
)


def _shown(step: Step) -> Iterator[tuple[str, str, bool]]:
    if step.call:
        yield "The call", step.call, True
    if step.got:
        yield "Came back", step.got, True
    if step.want:
        yield "Wanted", step.want, True


def _whole(summary: str, call: str) -> _Fold:
    code = _Code("The call in full", call)
    if len(call) <= _LONGEST_PLAIN:
        return _Fold(summary, (code,), (code,))
    where = (
        f"The call in full takes {len(call):,} characters; JupyterLab shows them in a fold here."
    )
    return _Fold(summary, (code,), (_Line(where),))


def _stuck(verdict: Verdict, about: About, failure: Step | None) -> Iterator[_Block]:
    if about.smaller is not None and about.smaller.call:
        yield _Line("A smaller case to trace by hand, line by line", strong=True)
        yield _Facts(tuple(_shown(about.smaller)))
        if about.smaller_call:
            yield _whole("The whole smaller call, to copy", about.smaller_call)
    elif about.smaller is not None:
        can_be_read = about.whole_call or (failure is not None and "…" not in failure.call)
        yield _Line(_TRACE if can_be_read else _INVENT)
    if about.hint:
        yield _Fold("Third hint", (_Line(about.hint),), (_Line(f"Third hint: {about.hint}"),))
    if about.reveal:
        yield _Line(
            f"After {about.reveal} different attempts: reveal({verdict.task_id!r}) in a cell of "
            "its own shows the reference; a fresh variant of the task then waits for you."
        )


def _comparison(task: str, about: About) -> _Block:
    reference = _Code("The reference", about.reference)
    yours = (_Code("Yours", about.yours),) if about.yours else ()
    blocks: list[_Block] = [_Beside((*yours, reference))]
    if about.why:
        blocks.append(_Line(f"Why it is written so: {about.why}"))
    plain = _Line(f"To see the reference beside yours: reveal({task!r})")
    return _Fold("The reference beside yours", tuple(blocks), (plain,))


def _without_data(reason: str) -> str:
    """Keep what happened and where, but nothing a learner's exception could carry out."""
    raised = _RAISED.fullmatch(reason)
    kept = f"raised {raised[1]}{raised[2] or ''}" if raised else reason
    if len(kept) > _LONGEST_REASON:
        kept = kept[: _LONGEST_REASON - 1] + "…"
    return kept


def _sentence(reason: str, task: str, step: Step) -> str:
    first = _WORD.match(reason)
    # A name of the learner's keeps its spelling, even where it opens the sentence.
    names = (task, step.call.partition("(")[0])
    is_name = first is not None and (
        "_" in first[0] or first[0] in names or not (first[0].islower() or first[0].istitle())
    )
    whole = reason if is_name else reason[:1].upper() + reason[1:]
    return whole if whole.endswith((".", "!", "?", "…")) else f"{whole}."


def _first_lines(printed: str) -> str:
    lines = printed.rstrip().splitlines()
    kept = [line if len(line) <= _LINE else line[: _LINE - 1] + "…" for line in lines]
    if len(kept) > PRINTED_LINES:
        more = len(kept) - PRINTED_LINES
        kept = [*kept[:PRINTED_LINES], f"… and {more} more line{'s' if more != 1 else ''}"]
    return "\n".join(kept)


def _as_text(blocks: Iterable[_Block]) -> str:
    return "\n".join(line for block in blocks for line in _text_of(block)).strip("\n")


def _text_of(block: _Block) -> list[str]:
    match block:
        case _Line(words, strong):
            wrapped = _wrap(words) or [""]
            return ["", *wrapped] if strong else wrapped
        case _Steps(rows):
            width = max(len(name) for _, name, _ in rows)
            return [f"  {sign} {name:<{width}}  {result}" for sign, name, result in rows]
        case _Facts(rows):
            return [line for row in rows for line in _fact(*row)]
        case _Code(label, source):
            return [f"  {label}:", *(f"    | {line}" for line in source.splitlines())]
        case _Beside(codes):
            return [line for code in codes for line in _text_of(code)]
        case _Fold(_, _, plain):
            return [line for inner in plain for line in _text_of(inner)]


def _fact(label: str, value: str, code: bool) -> list[str]:
    lines = value.splitlines() if code else _wrap(value, _WIDTH - 17)
    head, *rest = lines or [""]
    return [f"  {label + ':':<15}{head}", *(" " * 17 + line for line in rest)]


def _wrap(words: str, width: int = _WIDTH) -> list[str]:
    return [
        line
        for paragraph in words.splitlines()
        for line in textwrap.wrap(paragraph, width, break_long_words=False) or [""]
    ]


# JupyterLab's variables first, then the book theme's, then what suits light and dark alike.
_EDGE = {
    "full": "var(--jp-success-color1,var(--pst-color-success,#2e7d32))",
    "part": "var(--jp-warn-color1,var(--pst-color-warning,#b26a00))",
    "none": "var(--jp-error-color1,var(--pst-color-danger,#c62828))",
}
_FRAME = (
    "border:1px solid var(--jp-border-color2,var(--pst-color-border,#8888));"
    "border-left:4px solid {edge};border-radius:3px;padding:.5em .9em;margin:.3em 0;"
    "max-width:60em;color:inherit;background:transparent;"
    "font-family:var(--jp-content-font-family,inherit);line-height:1.45"
)
_PRE = (
    "margin:.15em 0;padding:.3em .5em;white-space:pre-wrap;overflow-wrap:anywhere;color:inherit;"
    "background:var(--jp-layout-color2,var(--pst-color-surface,rgba(127,127,127,.14)));"
    "border:0;font-family:var(--jp-code-font-family,monospace);font-size:.92em"
)
_MARGIN = "margin:.35em 0"
_COLUMN = "flex:1 1 22em;min-width:0"
_TICKS = re.compile("`([^`]+)`")


def _as_html(blocks: Iterable[_Block], label: str, tone: str) -> str:
    inner = "".join(_html_of(block) for block in blocks)
    style = _FRAME.format(edge=_EDGE[tone])
    return f'<div role="group" aria-label="{escape(label)}" style="{style}">{inner}</div>'


def _html_of(block: _Block) -> str:
    match block:
        case _Line(words, strong):
            inner = "<br>".join(_prose(line) for line in words.splitlines())
            inner = f"<strong>{inner}</strong>" if strong else inner
            return f'<p style="{_MARGIN}">{inner}</p>'
        case _Steps(rows):
            items = "".join(_item(*row) for row in rows)
            return f'<ul style="list-style:none;margin:.35em 0;padding:0">{items}</ul>'
        case _Facts(rows):
            return "".join(_html_fact(*row) for row in rows)
        case _Code(label, source):
            return _html_fact(label, source, code=True)
        case _Beside(codes):
            columns = (f'<div style="{_COLUMN}">{_html_of(code)}</div>' for code in codes)
            return f'<div style="display:flex;flex-wrap:wrap;gap:0 1em">{"".join(columns)}</div>'
        case _Fold(summary, inner_blocks, _):
            inner = "".join(_html_of(b) for b in inner_blocks)
            return (
                f'<details style="{_MARGIN}"><summary style="cursor:pointer">{escape(summary)}'
                f"</summary>{inner}</details>"
            )


def _item(sign: str, name: str, result: str) -> str:
    mark = f'<span aria-hidden="true" style="display:inline-block;width:1.4em">{sign}</span>'
    return f'<li style="margin:.1em 0">{mark}<strong>{escape(name)}</strong>: {result}</li>'


def _html_fact(label: str, value: str, code: bool) -> str:
    name = f"<strong>{escape(label)}:</strong>"
    if not code:
        return f'<p style="{_MARGIN}">{name} {_prose(value)}</p>'
    return f'<p style="margin:.35em 0 0">{name}</p><pre style="{_PRE}">{escape(value)}</pre>'


def _prose(words: str) -> str:
    return _TICKS.sub(r"<code>\1</code>", escape(words))
