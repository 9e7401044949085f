"""Write a learner's feedback as one static page: no script, nothing fetched, at most 1 MB."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from pygments import highlight  # type: ignore[import-untyped]  # no stubs among our tools
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]  # as above
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]  # as above

from autograder.grading.feedback import CellMark, Feedback
from autograder.grading.sanitized import PICTURES, clean_html, clean_markdown, is_picture, plain

__all__ = ["LARGEST_PAGE", "feedback_page"]

LARGEST_PAGE = 1_000_000  # bytes
_CHECK, _ANSWER = "check-", "answer-"
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_python = PythonLexer(stripnl=False, ensurenl=False)
_formatter = HtmlFormatter(nowrap=True, classprefix="h-")


@dataclass
class _Room:
    """Bound what a page shows; `pictures` is what is left for all of them together."""

    pictures: int
    code: int  # characters of one cell
    output: int  # characters of one cell's outputs
    cells: int  # how many of the learner's other cells
    colours: bool = True
    html: int = 40_000  # characters of one table

    def picture(self, size: int) -> bool:
        """Tell whether a picture of `size` base64 characters still fits, and take its room."""
        if size > self.pictures:
            return False
        self.pictures -= size
        return True


def feedback_page(nb: NotebookNode, feedback: Feedback) -> str:
    """Write the page for an autograded notebook; what does not fit is cut, and says so."""
    tries = (
        _Room(600_000, 20_000, 8_000, 40),
        _Room(150_000, 10_000, 3_000, 10, html=5_000),
        _Room(0, 2_500, 800, 0, colours=False, html=0),
    )
    for room in tries:
        page = _page(nb, feedback, room)
        if len(page.encode()) <= LARGEST_PAGE:
            return page
    return _page(NotebookNode(cells=[]), feedback, tries[-1])


@cache
def _style() -> str:
    return Path(__file__).with_name("feedback.css").read_text(encoding="utf-8")


def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )


def _page(nb: NotebookNode, feedback: Feedback, room: _Room) -> str:
    answers = list(_answers(nb))
    sections = [_summary(answers, feedback)]
    sections += [_section(one, feedback, room) for one in answers]
    sections += _others(nb, feedback, room)
    sections += _notes(feedback)
    title = escape(f"Feedback: {feedback.lesson}")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{title}</title>\n<style>{_style()}</style>\n</head>\n<body>\n"
        f"<header><h1>{escape(feedback.lesson)}</h1>\n"
        f'<p class="who">Feedback for {escape(feedback.learner[:200])}</p></header>\n'
        f"<main>\n{chr(10).join(sections)}\n</main>\n"
        "<footer><p>The checks called your functions on cases drawn for you. They show what "
        "happened, never the cases themselves, because those stay the same when you submit "
        "again.</p></footer>\n</body>\n</html>\n"
    )


@dataclass(frozen=True)
class _Answer:
    """Hold a graded cell, the answer it judges and the heading that both stand under."""

    name: str
    title: str
    answer: NotebookNode | None
    check: NotebookNode | None


def _answers(nb: NotebookNode) -> Iterator[_Answer]:
    cells = {_name(cell): cell for cell in nb.cells if _name(cell)}
    title = ""
    for cell in nb.cells:
        name = _name(cell)
        if not name:
            found = _HEADING.findall(cell.source[:5_000]) if cell.cell_type == "markdown" else []
            title = found[-1][:120] if found else title
        elif name.startswith(_CHECK):
            task = name.removeprefix(_CHECK)
            yield _Answer(name, title or task, cells.get(_ANSWER + task), cell)
        elif cell.metadata["nbgrader"].get("grade"):
            yield _Answer(name, title or name, cell, None)


def _name(cell: NotebookNode) -> str:
    name: str = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return name


def _summary(answers: list[_Answer], feedback: Feedback) -> str:
    rows = "".join(
        _row(one, feedback.marks[one.name]) for one in answers if one.name in feedback.marks
    )
    late = ""
    if feedback.penalty:
        late = (
            '<tr><th scope="row">Late submission</th><td class="words"></td>'
            f'<td class="number">−{feedback.penalty:.4g}</td></tr>'
        )
    waiting = ""
    if feedback.waiting:
        one = feedback.waiting == 1
        waiting = (
            f'<p class="small">{feedback.waiting} answer{"" if one else "s"} '
            f"{'waits' if one else 'wait'} for a person to mark, so this total is not final.</p>"
        )
    return (
        '<section aria-labelledby="marks"><h2 id="marks">Your marks</h2>'
        '<table class="marks"><thead><tr><th scope="col">Task</th>'
        '<th scope="col" class="words">Result</th><th scope="col" class="number">Points</th>'
        f'</tr></thead><tbody>{rows}{late}</tbody><tfoot><tr><th scope="row">Total</th>'
        f'<td class="words"></td><td class="number">{feedback.total:.4g} of '
        f"{feedback.points:.4g}</td></tr></tfoot></table>{waiting}</section>"
    )


def _row(one: _Answer, mark: CellMark) -> str:
    tone, words = _verdict(mark)
    points = "–" if mark.waiting else f"{mark.score:.4g}"
    return (
        f'<tr><th scope="row"><a href="#{escape(one.name)}">{escape(one.title)}</a></th>'
        f'<td class="words {tone}">{words}</td>'
        f'<td class="number">{points} of {mark.points:.4g}</td></tr>'
    )


def _verdict(mark: CellMark) -> tuple[str, str]:
    if mark.waiting:
        return "wait", "… waits for a person"
    if mark.score >= mark.points:
        return "full", "✓ full marks"
    return ("part", "◐ in part") if mark.score > 0 else ("none", "✗ no points yet")


def _section(one: _Answer, feedback: Feedback, room: _Room) -> str:
    mark = feedback.marks.get(one.name, CellMark(0.0, 0.0, waiting=True))
    tone, words = _verdict(mark)
    points = "not marked yet" if mark.waiting else f"{mark.score:.4g} of {mark.points:.4g} points"
    extra = f", {mark.extra:.4g} of them extra" if mark.extra else ""
    parts = [
        f'<section aria-labelledby="{escape(one.name)}"><div class="head">'
        f'<h2 id="{escape(one.name)}">{escape(one.title)}</h2>'
        f'<span class="mark {tone}">{words.split()[0]} {points}{extra}</span></div>'
    ]
    if one.check is not None:
        parts += ["<h3>What the check found</h3>", _card(one.check, tone)]
    comments = [feedback.comments.get(_name(cell), "") for cell in (one.answer, one.check) if cell]
    parts += [
        f'<h3>Comment</h3><div class="comment">{clean_markdown(said[:20_000], None, 4)}</div>'
        for said in comments
        if said
    ]
    if one.answer is not None:
        parts += ["<h3>Your answer</h3>", *_cell(one.answer, room)]
    return "\n".join([*parts, "</section>"])


def _card(check: NotebookNode, tone: str) -> str:
    data: Any = next((output.data for output in check.get("outputs", ()) if "data" in output), {})
    shown = clean_html(data["text/html"]) if isinstance(data.get("text/html"), str) else ""
    shown = shown or f"<p>{escape(plain(data.get('text/plain', 'This task was not judged.')))}</p>"
    return f'<div class="card {tone}">{shown}</div>'


def _cell(cell: NotebookNode, room: _Room, headings_from: int = 4) -> Iterator[str]:
    """Yield a cell's text and then its outputs."""
    source, more = _cut(cell.source, room.code if cell.cell_type == "code" else 4 * room.code)
    if cell.cell_type != "code":
        shown = clean_markdown(
            source, cell.get("attachments") if room.pictures else None, headings_from
        )
        yield f'<div class="prose">{shown or "<p>Nothing is written here.</p>"}</div>{more}'
        return
    code = highlight(source, _python, _formatter) if room.colours else escape(source)
    yield f'<pre class="code"><code>{code}</code></pre>{more}'
    yield from _outputs(cell.get("outputs", ()), room)


def _outputs(outputs: Iterable[Any], room: _Room) -> Iterator[str]:
    left = room.output
    for output in outputs:
        shown, size = _output(output, room, left)
        left -= size
        if shown:
            yield f'<div class="output">{shown}</div>'
        if left <= 0:
            yield '<p class="small">The rest of the output was cut.</p>'
            return


def _output(output: Any, room: _Room, left: int) -> tuple[str, int]:
    """Return an output as HTML, and how many of its cell's characters it takes."""
    kind = output.get("output_type")
    if kind == "stream":
        return _text(plain(output.get("text", "")), left)
    if kind == "error":
        lines = plain("\n".join(map(str, output.get("traceback", ())))).splitlines()
        return _text("\n".join(lines[-30:]) or plain(output.get("evalue", "")), left)
    data = output.get("data", {})
    picture = next((k for k in PICTURES if is_picture(k, data.get(k))), None)
    if picture:
        return _picture(picture, "".join(data[picture].split()), room), 0
    rich = data.get("text/html")
    if isinstance(rich, str) and len(rich) <= room.html and (clean := clean_html(rich, 4)).strip():
        return f'<div class="scroll" tabindex="0">{clean}</div>', len(rich) // 10
    shown, size = _text(plain(data.get("text/plain", "")), left)
    if isinstance(rich, str) and len(rich) > room.html:
        shown += f'<p class="small">A table of {len(rich):,} characters was left out.</p>'
    return shown, size


def _text(words: str, left: int) -> tuple[str, int]:
    if not words.strip():
        return "", 0
    shown, more = _cut(words.rstrip("\n"), max(left, 1))
    return f"<pre>{escape(shown)}</pre>{more}", len(shown)


def _picture(kind: str, body: str, room: _Room) -> str:
    if not room.picture(len(body)):
        size = len(body) * 3 // 4000
        return (
            f'<p class="small">A picture of {size:,} kB was left out to keep this page small.</p>'
        )
    alt = "Picture that this cell drew"
    return f'<div class="picture"><img alt="{alt}" src="data:{kind};base64,{body}"></div>'


def _cut(text: str, longest: int) -> tuple[str, str]:
    """Return a text's first characters, and a paragraph on how many more there were."""
    if len(text) <= longest:
        return text, ""
    more = f'<p class="small">{len(text) - longest:,} more characters were cut.</p>'
    return text[:longest], more


def _others(nb: NotebookNode, feedback: Feedback, room: _Room) -> Iterator[str]:
    """Show the cells that the learner wrote or changed beside the answers."""
    own = [
        cell
        for cell in nb.cells
        if not _name(cell)
        and cell.source.strip()
        and " ".join(cell.source.split()) not in feedback.lesson_texts
    ]
    if not own:
        return
    # Nobody marks these: a quarter of an answer's room is enough to recognise one.
    less = replace(room, code=room.code // 4, output=room.output // 4)
    shown = "\n".join(part for cell in own[: room.cells] for part in _cell(cell, less, 3))
    room.pictures = less.pictures
    more = ""
    if len(own) > room.cells:
        more = f'<p class="small">{len(own) - room.cells} more cells are not shown.</p>'
    yield (
        '<section aria-labelledby="others"><h2 id="others">Your other cells</h2>'
        '<p class="small">Cells that you added or changed. They were run with the rest; nobody '
        f"marks them.</p>\n{shown}{more}</section>"
    )


def _notes(feedback: Feedback) -> Iterator[str]:
    if feedback.notes:
        items = "".join(f"<li>{escape(note[:500])}</li>" for note in feedback.notes[:50])
        yield (
            '<section aria-labelledby="notes"><h2 id="notes">What happened on the way</h2>'
            f"<ul>{items}</ul></section>"
        )
