"""The page of a bundle: what was solved, the code, and how to check it. No scripts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from autograder.career import competencies
from autograder.content import course
from autograder.errors import UnknownLesson
from autograder.portfolio.credential import Claims, LessonClaim

__all__ = ["page"]

_STYLE = """\
:root { color-scheme: light dark; }
body { font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; }
h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8888; }
td.n, th.n { text-align: right; }
pre { overflow-x: auto; padding: .8rem; border: 1px solid #8888; border-radius: .3rem; }
details { margin: .6rem 0; }
summary { cursor: pointer; }
"""


def page(claims: Claims, answers: Mapping[tuple[str, str], str]) -> str:
    """Write the page; the same claims and code always give the same bytes."""
    marks = [task for lesson in claims.lessons for task in lesson.tasks]
    full = sum(task.full for task in marks)
    title = f"{claims.name}: Rungs {claims.version}"
    parts = [
        f"<h1>{escape(claims.name)}</h1>",
        f"<p>{full} of {len(marks)} tasks with full marks, in {len(claims.lessons)} "
        f"lesson{'s' if len(claims.lessons) > 1 else ''} of the course Rungs, "
        f"version {escape(claims.version)}; measured {escape(claims.made[:10])}.</p>",
        "<h2>What this shows, and what it does not</h2>",
        "<p>The code below was run in a sandbox on cases drawn for this occasion, and judged by a "
        "process that it could not reach. It works on data that it had never met. Who wrote it is "
        "a question for a conversation: ask about any line.</p>",
        "<p>Do not take this page's word. On Linux, with the course's repository:</p>",
        "<pre>.venv/bin/rungs verify PATH/OF/THIS/FOLDER</pre>",
        "<p>It checks the signature and every file, runs the same code on other cases, and says "
        "what still holds.</p>",
    ]
    for lesson in claims.lessons:
        parts += _lesson(lesson, answers)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


def _lesson(lesson: LessonClaim, answers: Mapping[tuple[str, str], str]) -> list[str]:
    shown = _competencies(lesson.lesson)
    rows = [
        f'<tr><td><code>{escape(task.task)}</code></td><td class="n">{task.mark}</td>'
        f'<td class="n">{task.points}</td></tr>'
        for task in lesson.tasks
    ]
    parts = [
        f"<h2>{escape(lesson.title)}</h2>",
        "<table><thead><tr><th scope='col'>Task</th><th scope='col' class='n'>Marks</th>"
        "<th scope='col' class='n'>of</th></tr></thead><tbody>",
        *rows,
        "</tbody></table>",
    ]
    if shown:
        parts += ["<ul>", *(f"<li>{escape(text)}</li>" for text in shown), "</ul>"]
    for task in lesson.tasks:
        code = answers.get((lesson.lesson, task.task), "")
        parts.append(
            f"<details><summary>The code of {escape(task.task)}</summary>"
            f"<pre>{escape(code)}</pre></details>"
        )
    return parts


def _competencies(lesson_id: str) -> list[str]:
    """Say in words what a lesson's tasks serve; nothing for a lesson that this course lacks."""
    try:
        lesson = course().lesson(lesson_id)
    except UnknownLesson:
        return []
    words = {row.id: row.competency for row in competencies()}
    named = dict.fromkeys(name for task in lesson.tasks for name in task.competencies)
    return [words[name] for name in named if name in words]
