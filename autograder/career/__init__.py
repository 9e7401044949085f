"""The career ladder, the ways into it and what they ask for, as data and as pages."""

from __future__ import annotations

from autograder.career.tables import (
    competencies,
    exercises,
    indicators,
    ladder,
    paths,
    planned_lessons,
    qualifications,
    red_flags,
    roles,
    salaries,
    scorecard,
    sources,
    tools,
)

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
