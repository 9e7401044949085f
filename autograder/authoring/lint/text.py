"""Rules on a lesson's text: headings, task sections, hints, points and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from autograder.authoring.lesson import Cell
from autograder.authoring.lint.finding import Finding
from autograder.authoring.lint.subject import LessonSubject
from autograder.authoring.markdown import Heading, headings, links

__all__ = ["TEXT_RULES"]

_TASK_HEADING = re.compile(r"^Task (\d+): \S")
_HINT = re.compile(r"<summary>\s*(?:<b>|\*\*)?Hint (\d)")
_POINTS = re.compile(r"\b(\d+(?:\.\d+)?)\s+points?\b")
_COMPETENCY = re.compile(r"\bC\d{3}\b")
_EXTERNAL = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True)
class _Section:
    """What stands from one H2 to the next."""

    heading: Heading
    cells: tuple[Cell, ...]

    def text(self) -> str:
        return "\n".join(c.source for c in self.cells if c.role == "text")


def _sections(subject: LessonSubject) -> list[_Section]:
    cells = subject.lesson.cells
    starts = [
        (place, heading)
        for place, cell in enumerate(cells)
        if cell.role == "text"
        for heading in headings(cell.source)
        if heading.level == 2
    ]
    ends = [place for place, _ in starts[1:]] + [len(cells)]
    return [_Section(h, cells[at:end]) for (at, h), end in zip(starts, ends, strict=True)]


def _headings(subject: LessonSubject) -> Iterator[Finding]:
    """One H1, at the top; five to nine H2, each beginning its own cell."""
    found = [
        (cell, heading)
        for cell in subject.lesson.of_kind("markdown")
        for heading in headings(cell.source)
    ]
    first = subject.lesson.cells[0]
    titles = [(cell, heading) for cell, heading in found if heading.level == 1]
    if not titles or titles[0][0] is not first:
        yield subject.at(
            first, "The lesson does not begin with its title.", "Begin with `# Verb the thing`.", 1
        )
    for cell, heading in titles[1:]:
        yield subject.at(
            cell,
            f"{heading.text!r} is a second H1.",
            "Keep one title; begin sections with ##.",
            heading.offset + 1,
        )
    sections = [(cell, heading) for cell, heading in found if heading.level == 2]
    if not 5 <= len(sections) <= 9:
        yield subject.at(
            first,
            f"The lesson has {len(sections)} sections (##).",
            "Write five to nine; use ### inside them.",
            1,
        )
    for cell, heading in sections:
        if heading.offset:
            yield subject.at(
                cell,
                f"The section {heading.text!r} begins in the middle of a cell.",
                "Begin a new cell with it.",
                heading.offset + 1,
            )


def _title(subject: LessonSubject) -> Iterator[Finding]:
    """The lesson's title is the manifest's."""
    for heading in headings(subject.lesson.cells[0].source)[:1]:
        if heading.level == 1 and heading.text != subject.entry.title:
            yield subject.at(
                subject.lesson.cells[0],
                f"The title is {heading.text!r} here and {subject.entry.title!r} in course.yaml.",
                "Make them agree.",
                heading.offset + 1,
            )


def _task_sections(subject: LessonSubject) -> Iterator[Finding]:
    """Each task has a section of its own, `## Task N: …`, counted from 1."""
    number = 0
    held: set[str] = set()
    for section in _sections(subject):
        graded = [c for c in section.cells if c.role in ("answer", "written")]
        held |= {str(cell.task) for cell in graded}
        match = _TASK_HEADING.match(section.heading.text)
        first = section.cells[0]
        line = section.heading.offset + 1
        if match:
            number += 1
            if int(match[1]) != number:
                yield subject.at(
                    first, f"Task {match[1]} is the lesson's task {number}.", "Renumber.", line
                )
            if len(graded) != 1:
                yield subject.at(
                    first,
                    f"The section {section.heading.text!r} holds {len(graded)} graded cells.",
                    "Give each task a section of its own.",
                    line,
                )
        elif any(cell.role == "answer" for cell in graded):
            yield subject.at(
                first,
                f"The section {section.heading.text!r} holds a task.",
                f"Head it `## Task {number + 1}: Verb the thing`.",
                line,
            )
    for cell in subject.lesson.with_role("answer"):
        if cell.task not in held:
            yield subject.at(cell, "This task is in no section.", "Put `## Task 1: …` before it.")


def _hints(subject: LessonSubject) -> Iterator[Finding]:
    """After its check a task has two hints: a nudge, and nearly there."""
    for section in _sections(subject):
        for place, cell in enumerate(section.cells):
            if cell.role != "check":
                continue
            after = "\n".join(c.source for c in section.cells[place:] if c.role == "text")
            found = _HINT.findall(after)
            if found != ["1", "2"]:
                yield subject.at(
                    cell,
                    f"{cell.task} has {len(found)} hints after its check, not Hint 1 and Hint 2.",
                    "Add `<details><summary>Hint 1</summary> … </details>`, and Hint 2.",
                )


def _stated_points(subject: LessonSubject) -> Iterator[Finding]:
    """A task's section says its points, and the top of the lesson, where it says any, their sum."""
    for section in _sections(subject):
        stated = {float(points) for points in _POINTS.findall(section.text())}
        for cell in section.cells:
            if cell.role in ("answer", "written") and cell.points not in stated:
                told = ", ".join(f"{points:g}" for points in sorted(stated)) or "none"
                yield subject.at(
                    section.cells[0],
                    f"The text of {cell.task} says {told} where the task has {cell.points:g}.",
                    f"Write `{cell.points:g} points` in its section.",
                )
    first = subject.lesson.cells[0]
    stated = {float(points) for points in _POINTS.findall(first.source)}
    if stated and subject.entry.points not in stated:
        yield subject.at(
            first,
            "The points at the top are not the sum of the tasks, "
            f"which is {subject.entry.points:g}.",
            f"Write `{subject.entry.points:g} points`.",
        )


def _stated_competencies(subject: LessonSubject) -> Iterator[Finding]:
    """The competencies that the top of a lesson claims are those that its tasks serve."""
    first = subject.lesson.cells[0]
    claimed = set(_COMPETENCY.findall(first.source))
    lists = [task.competencies for task in subject.entry.tasks]
    lists += [text.competencies for text in subject.entry.written]
    served = {competency for listed in lists for competency in listed}
    if claimed and claimed != served:
        told = ", ".join(sorted(claimed ^ served))
        yield subject.at(
            first,
            f"The top of the lesson and its tasks in course.yaml disagree on {told}.",
            f"Write `Competencies: {', '.join(sorted(served))}`, or mend the tasks.",
        )


def _links(subject: LessonSubject) -> Iterator[Finding]:
    """A link inside the course leads somewhere."""
    anchors = {
        _anchor(heading.text)
        for cell in subject.lesson.of_kind("markdown")
        for heading in headings(cell.source)
    }
    for cell in subject.lesson.of_kind("markdown"):
        for link in links(cell.source):
            if not _EXTERNAL.match(link.target) and not _leads(subject, link.target, anchors):
                yield subject.at(
                    cell,
                    f"The link to {link.target} leads nowhere.",
                    "Link to a heading as #its-words or to a lesson as ../NN_slug/NN_slug.ipynb.",
                    link.offset + 1,
                )


def _leads(subject: LessonSubject, target: str, anchors: set[str]) -> bool:
    path, _, anchor = target.partition("#")
    if not path:
        return _anchor(anchor) in anchors
    # Links are written for where a learner reads: notebooks/release/NN_slug, or work/NN_slug.
    others = {f"../{entry.id}/{entry.id}.ipynb" for entry in subject.course.course.lessons}
    return path in others


def _anchor(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))


def _levels(subject: LessonSubject) -> Iterator[Finding]:
    """Headings skip no level."""
    for cell in subject.lesson.of_kind("markdown"):
        for before, after in pairwise(headings(cell.source)):
            if after.level > before.level + 1:
                yield subject.at(
                    cell,
                    f"The heading {after.text!r} skips a level.",
                    f"Begin it with {'#' * (before.level + 1)}.",
                    after.offset + 1,
                )


TEXT_RULES = (
    _headings,
    _title,
    _task_sections,
    _hints,
    _stated_points,
    _stated_competencies,
    _links,
    _levels,
)
