"""A task's reference answer, read from its lesson's text."""

from __future__ import annotations

import ast
import re

from autograder import content

__all__ = ["reference_answer", "same_program"]

_CELL = re.compile(r"^# %%", re.MULTILINE)
_MARKER = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)
_LONG_ENOUGH = 3  # statements below which two people may well write the same


def reference_answer(lesson_id: str, task_id: str) -> str:
    """Return the source of a task's answer cell with its solution, or "" where there is none."""
    path = content.lesson_dir(lesson_id) / "lesson.py"
    if not path.is_file():
        return ""
    text = path.read_text(encoding="utf-8")
    starts = [match.start() for match in _CELL.finditer(text)]
    cells = [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    found = [cell for cell in cells if _is_answer(cell.partition("\n")[0], task_id)]
    bodies = [_MARKER.sub("", cell.partition("\n")[2]).strip() for cell in found]
    return "\n\n\n".join(bodies)


def _is_answer(header: str, task_id: str) -> bool:
    return 'role="answer"' in header and f'task="{task_id}"' in header


def same_program(one: str, other: str) -> bool:
    """Tell whether two texts are one program of some length, whatever their comments say."""
    try:
        first, second = _tree(one), _tree(other)
    except SyntaxError:
        return False
    long_enough = sum(isinstance(node, ast.stmt) for node in ast.walk(first)) > _LONG_ENOUGH
    return long_enough and ast.dump(first) == ast.dump(second)


def _tree(source: str) -> ast.Module:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            opens_with_text = ast.get_docstring(node, clean=False) is not None
            node.body = node.body[1:] if opens_with_text and len(node.body) > 1 else node.body
    return tree
