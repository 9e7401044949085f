"""Find what a top-level name of a module depends on inside that module."""

from __future__ import annotations

import ast
from collections.abc import Iterable

__all__ = ["bound", "dependents", "reached", "used"]


def bound(statement: ast.stmt) -> set[str]:
    """Return the names a top-level statement binds."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    stored = (n for n in ast.walk(statement) if isinstance(n, ast.Name))
    return {name.id for name in stored if isinstance(name.ctx, ast.Store)}


def used(statement: ast.stmt) -> set[str]:
    """Return the names that occur anywhere in a statement."""
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def reached(module: ast.Module, roots: Iterable[str]) -> list[ast.stmt]:
    """Return, in order, the statements that `roots` need; one that binds nothing always counts."""
    wanted = set(roots)
    chosen: set[int] = set()
    while True:
        fresh = [
            (index, statement)
            for index, statement in enumerate(module.body)
            if index not in chosen and (bound(statement) & wanted or not bound(statement))
        ]
        if not fresh:
            return [module.body[index] for index in sorted(chosen)]
        for index, statement in fresh:
            chosen.add(index)
            wanted |= used(statement)


def dependents(module: ast.Module, changed: int) -> list[int]:
    """Return the indexes of the statements to run again when statement `changed` changes."""
    names = bound(module.body[changed])
    again = {changed}
    while True:
        fresh = {
            index
            for index, statement in enumerate(module.body)
            if index not in again and used(statement) & names
        }
        if not fresh:
            return sorted(again)
        again |= fresh
        for index in fresh:
            names |= bound(module.body[index])
