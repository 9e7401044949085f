"""Find the lesson whose task a check is about, or say what could have been meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from autograder import content
from autograder.errors import UnknownTask
from autograder.judging import session
from autograder.manifest import Course, Lesson

__all__ = ["lesson_of"]

_LAST: list[str] = []  # the lesson of the last task that was found in this kernel


def lesson_of(task: Any, lesson: str | None, namespace: Mapping[str, Any]) -> Lesson:
    """Find a task's lesson: as said, else the notebook's own, else the only one with such a task.

    Raise `UnknownTask` with the tasks nearest at hand, or with how a written
    answer is marked.
    """
    if not isinstance(task, str):
        name = getattr(task, "__name__", "the_task")
        raise UnknownTask(f'Write the task\'s name in quotes: check("{name}").')
    course = content.course()
    here = [course.lesson(lesson)] if lesson is not None else _here(course, namespace)
    homes = [x for x in here if _has(x, task)]
    if not homes and lesson is None:
        homes = [x for x in course.lessons if _has(x, task)]
    if len(homes) > 1 and not any(x in here for x in homes):
        names = ", ".join(x.id for x in homes)
        raise UnknownTask(
            f"Several lessons have a task {task!r}: {names}. "
            f"Name the lesson: check({task!r}, {homes[0].id!r})."
        )
    if homes:
        _LAST[:] = [homes[0].id]
        return homes[0]
    if any(w.id == task for x in course.lessons for w in x.written):
        raise UnknownTask(_written(task))
    last = [x for x in course.lessons if x.id in _LAST]
    only = course.lessons if len(course.lessons) == 1 else ()
    likely = [*here, *last, *only]
    if likely:
        raise UnknownTask(_not_in(likely[0], task, course, told=lesson is not None))
    raise UnknownTask(_nowhere(task, course))


def _has(lesson: Lesson, task: str) -> bool:
    return any(t.id == task for t in lesson.tasks)


def _here(course: Course, namespace: Mapping[str, Any]) -> list[Lesson]:
    """Return the lesson that the notebook, or its folder, says it is of."""
    path = session.notebook_path(namespace)
    saved = session.saved_notebook(path)
    names = [saved.lesson] if saved is not None and saved.lesson else []
    names += [path.stem, path.parent.name] if path is not None else []
    names.append(Path.cwd().name)
    return [x for name in names for x in course.lessons if x.id == name][:1]


def _written(task: str) -> str:
    return (
        f"{task} is a written answer, so no check can mark it: a person does, by the rubric "
        "beside it. If you study alone, be that person. Leave the answer for a day, then go "
        "through the rubric row by row, give the points whose example is most like your text, "
        "and rewrite the row that earned least."
    )


def _nowhere(task: str, course: Course) -> str:
    lessons = ", ".join(x.id for x in course.lessons)
    return (
        f"There is no task {task!r}.{_near(task, course.lessons)} "
        f"To see a lesson's tasks, name the lesson: check({task!r}, {course.lessons[0].id!r}). "
        f"The lessons are: {lessons}."
    )


def _not_in(lesson: Lesson, task: str, course: Course, told: bool) -> str:
    tasks = ", ".join(t.id for t in lesson.tasks)
    others = [x for x in course.lessons if x.id != lesson.id]
    near = _near(task, [lesson, *others], lesson)
    said = f"{lesson.title} has no task {task!r}.{near} Its tasks are: {tasks}."
    if told or not others:
        return said
    return f"{said} For a task of another lesson, name that too: check({task!r}, {others[0].id!r})."


def _near(task: str, lessons: Iterable[Lesson], here: Lesson | None = None) -> str:
    """Ask whether the nearest task of the first of these lessons that has one was meant."""
    for lesson in lessons:
        known = [t.id for t in lesson.tasks]
        begun = [name for name in known if task and name.startswith(task)]
        near = difflib.get_close_matches(task, known, n=1) or begun
        if near:
            return f" Did you mean {near[0]!r}{'' if lesson is here else f' of {lesson.id}'}?"
    return ""
