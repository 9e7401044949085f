"""What the kernel of a lesson's submissions is started with, known before any of them is read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from autograder import content
from autograder.grading.limits import Limits
from autograder.kernel.started import Plan

__all__ = ["imports_of", "kernel_plan", "lesson_data", "lesson_plan", "readable"]

# What the practice provider reads wherever it runs: its models, and their prices.
_PROVIDER_DATA = ("practice_provider", "practice_models")


def lesson_plan(lesson_id: str, limits: Limits) -> Plan:
    """Plan the kernel of a lesson's submissions: equal lessons and limits give equal plans."""
    lesson = content.course().lesson(lesson_id)
    probe = content.lesson_dir(lesson.id) / "probe.py"
    return kernel_plan(
        limits,
        readable(lesson.id),
        probe if probe.is_file() else None,
        # In an installed wheel judges and solutions lie in the Python environment.
        hidden=(content.lessons_root(),),
        preload=imports_of(lesson.id),
    )


def readable(lesson_id: str) -> tuple[Path, ...]:
    """List what a lesson's cells may read: its datasets, and the manifest where they plan with it.

    A plan of study asks the manifest which lessons stand; without it that cell
    would raise in the official seat.
    """
    plans = any(name.partition(":")[0] == "autograder.progress" for name in imports_of(lesson_id))
    manifest = content.lessons_root().parent / "course.yaml"  # in a checkout and in a wheel
    return (*lesson_data(lesson_id).values(), *((manifest,) if plans else ()))


def lesson_data(lesson_id: str) -> dict[str, Path]:
    """Map the datasets that a lesson's cells may read to their folders, the provider's included.

    A cell that starts a practice provider of its own would otherwise fail in
    the official seat, and every name that it sets be missing there.
    """
    slugs = [*content.course().lesson(lesson_id).datasets]
    if any(name.partition(":")[0] == "autograder.provider" for name in imports_of(lesson_id)):
        slugs += _PROVIDER_DATA
    return {slug: content.dataset_path(slug) for slug in slugs}


def kernel_plan(
    limits: Limits,
    readable: tuple[Path, ...] = (),
    probe: Path | None = None,
    *,
    hidden: tuple[Path, ...] = (),
    preload: tuple[str, ...] = (),
) -> Plan:
    """Plan the kernel of one submission, on whose own port the trusted side can serve."""
    return Plan.official(
        readable,
        probe,
        hidden,
        bounds=limits.bounds,
        preload=preload,
        listen=True,
        unsafe=limits.unsafe,
    )


@lru_cache(maxsize=64)
def imports_of(lesson_id: str) -> tuple[str, ...]:
    """List the imports in the lesson's own text, as `module` or `module:name`.

    Never a submission's: what a warm process imports is the course's choice.
    """
    path = content.lesson_dir(lesson_id) / "lesson.py"
    if not path.is_file():
        return ()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return tuple(dict.fromkeys(name for node in ast.walk(tree) for name in _names(node)))


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        yield from (f"{node.module}:{alias.name}" for alias in node.names)
