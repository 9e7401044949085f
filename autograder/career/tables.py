"""Read the career data as validated records."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from autograder.career.records import (
    Competency,
    Criterion,
    Exercise,
    Indicator,
    PlannedLesson,
    Qualifications,
    Roles,
    Route,
    Rung,
    Salaries,
    Source,
    Statement,
    Tool,
)
from autograder.content import load
from autograder.errors import ContentError

__all__ = [
    "competencies",
    "exercises",
    "indicators",
    "ladder",
    "paths",
    "planned_lessons",
    "qualifications",
    "red_flags",
    "roles",
    "salaries",
    "scorecard",
    "sources",
    "tools",
]

R = TypeVar("R", bound=BaseModel)


def _read(name: str, record: type[R], value: Any, where: str = "") -> R:
    try:
        return record.model_validate(value)
    except ValidationError as err:
        first = err.errors()[0]
        field = ".".join([*filter(None, [where]), *map(str, first["loc"])])
        raise ContentError(f"datasets/career/{name}: {field}: {first['msg']}.") from err


def _rows(name: str, record: type[R]) -> tuple[R, ...]:
    rows = load(f"career/{name}").fillna("").to_dict("records")
    return tuple(_read(f"{name}.csv", record, row, f"row {n}") for n, row in enumerate(rows, 1))


def _items(name: str, record: type[R], part: str = "") -> tuple[R, ...]:
    value = load(f"career/{name}")
    items = value[part] if part else value
    return tuple(
        _read(f"{name}.json", record, item, f"{part}[{n}]") for n, item in enumerate(items)
    )


@lru_cache(maxsize=1)
def competencies() -> tuple[Competency, ...]:
    """Read all competencies, in order of id."""
    return _rows("competencies", Competency)


@lru_cache(maxsize=1)
def planned_lessons() -> tuple[PlannedLesson, ...]:
    """Read the plan's lessons, in order."""
    return _rows("lessons", PlannedLesson)


@lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """Read what is known of each source text."""
    return _items("sources", Source)


@lru_cache(maxsize=1)
def ladder() -> tuple[Rung, ...]:
    """Read the rungs, lowest first."""
    return tuple(sorted(_items("ladder", Rung), key=lambda rung: rung.order))


@lru_cache(maxsize=1)
def paths() -> tuple[Route, ...]:
    """Read the ways into a rung."""
    return _items("paths", Route)


@lru_cache(maxsize=1)
def indicators() -> tuple[Indicator, ...]:
    """Read the eighteen indicators."""
    return _items("kpis", Indicator)


@lru_cache(maxsize=1)
def exercises() -> tuple[Exercise, ...]:
    """Read the interview exercises."""
    return _items("interviews", Exercise, "exercises")


@lru_cache(maxsize=1)
def red_flags() -> tuple[Statement, ...]:
    """Read what makes an interviewer stop."""
    return _items("interviews", Statement, "red_flags")


@lru_cache(maxsize=1)
def scorecard() -> tuple[Criterion, ...]:
    """Read the weighted dimensions; raise `ContentError` unless they sum to 100 percent."""
    found = _items("scorecard", Criterion)
    total = sum(criterion.weight for criterion in found)
    if total != 100:
        raise ContentError(f"datasets/career/scorecard.json: the weights sum to {total}, not 100.")
    return found


@lru_cache(maxsize=1)
def roles() -> Roles:
    """Read the three jobs behind one title, and when to hire none of them."""
    return _read("roles.json", Roles, load("career/roles"))


@lru_cache(maxsize=1)
def salaries() -> Salaries:
    """Read the pay bands with the headlines and disagreements."""
    return _read("salaries.json", Salaries, load("career/salaries"))


@lru_cache(maxsize=1)
def tools() -> tuple[Tool, ...]:
    """Read the tools that the sources name."""
    return _items("tools", Tool)


@lru_cache(maxsize=1)
def qualifications() -> Qualifications:
    """Read certificates and readings."""
    return _read("certifications.json", Qualifications, load("career/certifications"))
