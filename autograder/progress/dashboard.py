"""Show the standing: as text in a terminal, as one page of tables in a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from autograder.career import competencies, ladder
from autograder.judging import session
from autograder.progress.standing import LessonStanding, Standing, TaskStanding, standing

__all__ = ["dashboard", "in_html", "in_text"]

_SIGNS = {"solved": "✓", "shown": "○", "tried": "…", "untouched": "·"}
_WORDS = {
    "solved": "solved",
    "shown": "passed with the reference",
    "tried": "tried",
    "untouched": "not begun",
}


def dashboard() -> None:
    """Show the learner's standing in a notebook, or print it; silent where marks are made."""
    if session.seat() == "official":
        return
    now = standing()
    session.display(in_text(now), in_html(now))


def in_text(now: Standing) -> str:
    """Write the standing for a terminal."""
    lines = [_opening(now), ""]
    for title, lessons in _by_rung(now):
        lines.append(f"{title}: {_counted(lessons)}")
        for one in lessons:
            signs = "".join(_SIGNS[task.state] for task in one.tasks)
            lines.append(f"  {signs:<8} {one.lesson.id[:2]} {one.lesson.title}: {_points(one)}")
    lines += ["", *_shown_by(now), _foreseen(now), _due(now)]
    lines.append("✓ solved  ○ passed with the reference  … tried  · not begun")
    return "\n".join(lines)


def in_html(now: Standing) -> str:
    """Write the standing for a notebook: headings, and tables with heads; signs stand in words."""
    parts = [f"<p>{escape(_opening(now))}</p>"]
    for title, lessons in _by_rung(now):
        parts.append(f"<h3>{escape(title)}</h3><p>{escape(_counted(lessons))}</p>")
        parts.append(_table(("Lesson", "Tasks", "Points"), [_html_row(one) for one in lessons]))
    words = {row.id: row.competency for row in competencies()}
    rows = [
        (escape(name), escape(words.get(name, "")), escape(_evidence(tasks)))
        for name, tasks in now.evidence().items()
        if any(task.done for task in tasks)
    ]
    if rows:
        parts.append("<h3>What the solved tasks show</h3>")
        parts.append(_table(("Competency", "In words", "Evidence"), rows))
    parts += [f"<p>{escape(_foreseen(now))}</p>", f"<p>{escape(_due(now))}</p>"]
    return '<div class="rungs-progress">' + "".join(parts) + "</div>"


def _opening(now: Standing) -> str:
    if not now.attempts or now.since is None:
        return "Nothing is recorded yet. The first check of a task begins the record."
    return f"{now.attempts:,} checks since {now.since:%Y-%m-%d}, on this computer only."


def _by_rung(now: Standing) -> Iterator[tuple[str, list[LessonStanding]]]:
    titles = {rung.id: rung.title for rung in ladder()}
    for rung in dict.fromkeys(one.lesson.rung for one in now.lessons):
        yield titles[rung], [one for one in now.lessons if one.lesson.rung == rung]


def _counted(lessons: list[LessonStanding]) -> str:
    tasks = [task for one in lessons for task in one.tasks]
    finished = sum(one.finished for one in lessons)
    return (
        f"{finished} of {len(lessons)} lessons finished, "
        f"{sum(task.done for task in tasks)} of {len(tasks)} tasks"
    )


def _points(one: LessonStanding) -> str:
    every = sum(task.task.points for task in one.tasks)
    return f"{one.points:g} of {every:g} points"


def _html_row(one: LessonStanding) -> tuple[str, str, str]:
    tasks = "<br>".join(
        f"{_SIGNS[task.state]} <code>{escape(task.task.id)}</code> {_WORDS[task.state]}"
        for task in one.tasks
    )
    if all(task.state == "untouched" for task in one.tasks):
        tasks = f"{_SIGNS['untouched']} {len(one.tasks)} tasks, {_WORDS['untouched']}"
    return f"{one.lesson.id[:2]} {escape(one.lesson.title)}", tasks, _points(one)


def _shown_by(now: Standing) -> list[str]:
    found = [
        f"  {name}: {_evidence(tasks)}"
        for name, tasks in now.evidence().items()
        if any(task.done for task in tasks)
    ]
    return ["Competencies with evidence:", *found, ""] if found else []


def _evidence(tasks: tuple[TaskStanding, ...]) -> str:
    done = [task for task in tasks if task.done]
    return f"{len(done)} of {len(tasks)} tasks ({', '.join(task.task.id for task in done)})"


def _foreseen(now: Standing) -> str:
    seen = now.foresight
    if not seen.compared:
        return "No prediction has met its outcome yet."
    lean = ""
    if seen.lean is not None and not 0.9 <= seen.lean <= 1.1:
        side = "high" if seen.lean > 1 else "low"
        lean = f" Your numbers run {side}: at the median {seen.lean:.2g} times what happened."
    return (
        f"Predictions: {seen.compared} compared, {seen.right} right, "
        f"{seen.near} within a quarter.{lean}"
    )


def _due(now: Standing) -> str:
    waiting = [task for task in now.tasks() if task.open_review]
    if waiting:
        names = ", ".join(task.task.id for task in waiting)
        return f"A review is open: {names}. Its notebook is in work/review."
    due = now.due()
    if due:
        names = ", ".join(task.task.id for task in due[:5])
        more = f" and {len(due) - 5} more" if len(due) > 5 else ""
        return f"Due for review: {names}{more}. Run `rungs review`."
    coming = now.next_due()
    if coming is None:
        return "Reviews begin when a lesson is finished."
    return f"Nothing is due for review before {coming:%Y-%m-%d}."


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col" style="text-align:left">{name}</th>' for name in heads)
    body = "".join(
        "<tr>"
        + "".join(f'<td style="text-align:left;vertical-align:top">{c}</td>' for c in row)
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
