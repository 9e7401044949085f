"""The course manifest, `notebooks/course.yaml`, as typed records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.errors import ContentError, UnknownLesson, UnknownTask

__all__ = ["Course", "CourseInfo", "Lesson", "Task", "Written", "read_course"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CourseInfo(_Record):
    """Name the course, its version and the number of official cases per task."""

    title: str
    version: str
    seeds: int = Field(default=5, ge=1, le=50)


class Task(_Record):
    """Describe one automatically judged task; its judge function has the same name.

    A task with a `case` wants a record about the case of that name which was
    released to each learner.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    points: float = Field(gt=0)
    competencies: tuple[str, ...] = ()
    assistant: Literal["welcome", "unaided"] = "welcome"
    case: str = Field(default="", pattern=r"^([a-z][a-z0-9_]*)?$")


class Written(_Record):
    """Describe one written answer, marked by a person with the rubric beside it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    points: float = Field(gt=0)
    competencies: tuple[str, ...] = ()


class Lesson(_Record):
    """Describe one lesson; `minutes` is the stated time of study."""

    id: str = Field(pattern=r"^\d\d_[a-z0-9_]+$")
    title: str
    rung: Literal["onramp", "ai_engineer", "senior", "staff"]
    minutes: int = Field(gt=0)
    prerequisites: tuple[str, ...] = ()
    soft_prerequisites: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    written: tuple[Written, ...] = ()
    status: Literal["draft", "ready"] = "ready"

    def task(self, task_id: str) -> Task:
        """Find a task; raise `UnknownTask` naming the ones there are."""
        for task in self.tasks:
            if task.id == task_id:
                return task
        known = ", ".join(t.id for t in self.tasks)
        raise UnknownTask(f"Lesson {self.id} has no task {task_id!r}. Its tasks are: {known}.")

    @property
    def cases(self) -> tuple[str, ...]:
        """List the cases that tasks are about, each once."""
        return tuple(dict.fromkeys(task.case for task in self.tasks if task.case))

    @property
    def points(self) -> float:
        """Sum the points of tasks and written answers."""
        return sum(t.points for t in self.tasks) + sum(w.points for w in self.written)


class Course(_Record):
    """Hold the ordered list of lessons."""

    course: CourseInfo
    lessons: tuple[Lesson, ...]

    @property
    def ready(self) -> tuple[Lesson, ...]:
        """List the lessons that stand: a draft is built when named, and is released to nobody."""
        return tuple(lesson for lesson in self.lessons if lesson.status == "ready")

    def lesson(self, lesson_id: str) -> Lesson:
        """Find a lesson by id or by unambiguous prefix such as `11`."""
        matches = [x for x in self.lessons if x.id == lesson_id]
        matches = matches or [x for x in self.lessons if x.id.startswith(lesson_id)]
        if len(matches) == 1:
            return matches[0]
        known = ", ".join(x.id for x in self.lessons)
        raise UnknownLesson(f"There is no lesson {lesson_id!r}. The lessons are: {known}.")

    def tasks(self) -> Iterator[tuple[Lesson, Task]]:
        """Yield every task with its lesson, in course order."""
        for lesson in self.lessons:
            for task in lesson.tasks:
                yield lesson, task

    def lesson_of(self, task_id: str) -> Lesson:
        """Find the one lesson that has a task of this id."""
        homes = [lesson for lesson, task in self.tasks() if task.id == task_id]
        if len(homes) == 1:
            return homes[0]
        if homes:
            names = ", ".join(x.id for x in homes)
            raise UnknownTask(f"Several lessons have a task {task_id!r}: {names}. Name the lesson.")
        known = ", ".join(t.id for _, t in self.tasks())
        raise UnknownTask(f"There is no task {task_id!r}. The tasks are: {known}.")


def read_course(path: Path) -> Course:
    """Read and validate a manifest; errors name the file and the field."""
    try:
        return Course.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError as err:
        raise ContentError(f"{path} does not exist. Run this from a complete checkout.") from err
    except yaml.YAMLError as err:
        raise ContentError(f"{path} is not valid YAML: {err}") from err
    except ValidationError as err:
        first = err.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ContentError(f"{path}: {where}: {first['msg']}.") from err
