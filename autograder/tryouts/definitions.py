"""Find what a text takes from the cells above it: their imports and definitions, by name."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from symtable import SymbolTable, symtable

from autograder.errors import ContentError

__all__ = ["Taken", "elsewhere", "names_in", "taken"]


@dataclass(frozen=True)
class Taken:
    """What some names need of the cells above: code, modules from elsewhere, unknown names."""

    code: str
    elsewhere: frozenset[str]
    unknown: frozenset[str]


@dataclass(frozen=True)
class _Statement:
    """A statement of a cell's outermost level, with its place among all of them."""

    place: int
    node: ast.stmt
    text: str


def taken(above: Iterable[str], names: Iterable[str]) -> Taken:
    """Follow names through the cells above to what they are made of, in the cells' order.

    What a statement changes counts as well as what it assigns. `elsewhere` holds modules that
    are not in the standard library; names that Python itself has are known everywhere.
    """
    makers = _makers(above)
    todo, seen = list(names), set[str]()
    imports: set[tuple[str, str]] = set()
    kept: dict[int, str] = {}
    while todo:
        name = todo.pop()
        for made in () if name in seen else makers.get(name, ()):
            if isinstance(made.node, ast.Import | ast.ImportFrom):
                imports |= _named(made.node, name)
            elif made.place not in kept:
                kept[made.place] = made.text
                todo += names_in(made.text)
        seen.add(name)
    unknown = {name for name in seen if name not in makers and not hasattr(builtins, name)}
    parts = ["\n".join(_imported(imports)), "\n".join(kept[place] for place in sorted(kept))]
    code = re.sub(r"\n{4,}", "\n\n\n", "\n\n".join(part for part in parts if part)).strip()
    return Taken(code, frozenset(elsewhere(code)), frozenset(unknown))


def elsewhere(text: str) -> set[str]:
    """Return the modules that a text imports, also inside functions, and Python does not bring."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return {module for module in found if _root(module) not in sys.stdlib_module_names}


def names_in(text: str) -> set[str]:
    """Return the names that a text reads and does not bind; raise `ContentError` for no Python."""
    try:
        table = symtable(text, "a cell", "exec")
    except SyntaxError as err:
        raise ContentError(f"This is no Python ({err.msg}): {text[:80]!r}. Mend it.") from err
    own = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned()}
    own |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_imported()}
    return {name for scope in _scopes(table) for name in _read(scope)} - own


def _scopes(table: SymbolTable) -> Iterator[SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)


def _read(scope: SymbolTable) -> Iterator[str]:
    top = scope.get_type() == "module"
    for symbol in scope.get_symbols():
        if symbol.is_referenced() and (top or symbol.is_global()):
            yield symbol.get_name()


def _makers(above: Iterable[str]) -> dict[str, list[_Statement]]:
    """Map each name to the statements that make it: the last that binds it, and changes since."""
    made: dict[str, list[_Statement]] = defaultdict(list)
    place = 0
    for cell in above:
        lines = cell.splitlines()
        for node in ast.parse(cell).body:
            place += 1
            statement = _Statement(place, node, _text(node, lines))
            for name in _changed(node):
                made[name].append(statement)
            for name in _bound(node):
                made[name] = [statement]
    return made


def _text(node: ast.stmt, lines: list[str]) -> str:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)])
    text = "\n".join(lines[first - 1 : node.end_lineno]).removesuffix("  # fmt: skip")
    return f"\n\n{text}\n\n" if isinstance(node, ast.FunctionDef | ast.ClassDef) else text


def _bound(node: ast.stmt) -> set[str]:
    """Return the names that a statement of the outermost level binds."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or _root(alias.name) for alias in node.names}
    if isinstance(node, ast.AugAssign):
        return set()
    return set(_stored(node))


def _stored(node: ast.AST) -> Iterator[str]:
    """Yield the names that are assigned to; those of a comprehension are its own."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    if not isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        for child in ast.iter_child_nodes(node):
            yield from _stored(child)


def _changed(node: ast.stmt) -> set[str]:
    """Return the names whose values a statement changes in place: `x |= …`, `x["a"] = …`."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AugAssign):
        targets = [node.target]
    found = set()
    for target in targets:
        place: ast.expr = target
        while isinstance(place, ast.Subscript | ast.Attribute):
            place = place.value
        if isinstance(place, ast.Name) and (place is not target or isinstance(node, ast.AugAssign)):
            found.add(place.id)
    return found


def _named(node: ast.Import | ast.ImportFrom, name: str) -> set[tuple[str, str]]:
    """Return the module, and the line that imports this one name from it."""
    for alias in node.names:
        if name != (alias.asname or _root(alias.name)):
            continue
        said = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
        module = node.module or "" if isinstance(node, ast.ImportFrom) else alias.name
        return {(module, said if isinstance(node, ast.ImportFrom) else f"import {said}")}
    return set()


def _imported(imports: set[tuple[str, str]]) -> list[str]:
    """Write imports as people do: modules first, then one line for each module's names."""
    whole = sorted(said for _, said in imports if said.startswith("import "))
    by_module: dict[str, list[str]] = defaultdict(list)
    for module, said in sorted(imports):
        if said not in whole:
            by_module[module].append(said)
    return [*whole, *(f"from {name} import {', '.join(said)}" for name, said in by_module.items())]


def _root(module: str) -> str:
    return module.partition(".")[0]
