"""What a lesson imports, for a process that imports it once for all its submissions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from autograder import content

__all__ = ["imports_of"]


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
