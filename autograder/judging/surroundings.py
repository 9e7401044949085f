"""What a learner's answer leans on that a fresh replay of the notebook would not have."""

from __future__ import annotations

import ast
import dis
import re
import symtable
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from autograder.judging.session import Run, Runs, SavedCell, SavedNotebook

__all__ = ["Needs", "bound_names", "needs", "package_warnings", "session_warnings"]

_SHELL_NAMES = re.compile(r"_+[oi]*\d*|In|Out|exit|quit|get_ipython|open")
_ALIASES = {"sklearn": "scikit-learn", "yaml": "pyyaml"}  # spares a search of 0.2 s
_ALWAYS = ("autograder", "IPython", "ipykernel", "__main__", "builtins", "")


class Needs:
    """Collect what code reaches: global names, top-level modules and texts that may be paths."""

    def __init__(self) -> None:
        self.names: dict[str, None] = {}
        self.modules: dict[str, None] = {}
        self.texts: dict[str, None] = {}


def needs(names: Iterable[str], namespace: Mapping[str, Any]) -> Needs:
    """Follow these names through the session's own functions and classes."""
    found = Needs()
    waiting = [name for name in names if name in namespace]
    seen: set[int] = set()
    while waiting:
        name = waiting.pop()
        if name in found.names:
            continue
        found.names[name] = None
        value = namespace[name]
        module = _module_of(value)
        if module:
            found.modules[module] = None
        for code in _codes(value, seen):
            waiting += [n for n in _read_code(code, found) if n in namespace]
    return found


def _module_of(value: Any) -> str:
    if isinstance(value, ModuleType):
        return value.__name__.partition(".")[0]
    home = getattr(value, "__module__", None) if callable(value) else None
    return home.partition(".")[0] if isinstance(home, str) else ""


def _codes(value: Any, seen: set[int]) -> Iterator[CodeType]:
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, FunctionType) and value.__module__ == "__main__":
        yield value.__code__
        for cell in value.__closure__ or ():
            try:
                yield from _codes(cell.cell_contents, seen)
            except ValueError:
                continue  # An empty cell: the name is not bound yet.
    elif isinstance(value, type) and value.__module__ == "__main__":
        for member in list(vars(value).values()):
            yield from _codes(getattr(member, "__func__", member), seen)


def _read_code(code: CodeType, found: Needs) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield str(step.argval)
        elif step.opname == "IMPORT_NAME":
            found.modules[str(step.argval).partition(".")[0]] = None
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _read_code(constant, found)
        elif isinstance(constant, str):
            found.texts[constant] = None


@lru_cache(maxsize=512)
def bound_names(source: str) -> frozenset[str]:
    """Return the names a cell sets at the top level; every word of it where it does not parse."""
    if source.startswith("%%"):
        source = source.partition("\n")[2]
    plain = "\n".join(_without_magic(line) for line in source.splitlines())
    try:
        table = symtable.symtable(plain, "cell", "exec")
    except (SyntaxError, ValueError):
        return frozenset(re.findall(r"[^\W\d]\w*", source))
    return frozenset(_set_in(table)) | frozenset(_starred(plain))


def _without_magic(line: str) -> str:
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    return f"{indent}pass" if bare.startswith(("%", "!")) else line


def _set_in(table: symtable.SymbolTable) -> Iterator[str]:
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        is_set = symbol.is_assigned() or symbol.is_imported()
        if is_set and (top or symbol.is_declared_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _set_in(child)


def _starred(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
            module = sys.modules.get(node.module or "")
            yield from vars(module) if module is not None else ()


def session_warnings(
    task: str,
    judged: Iterable[str],
    namespace: Mapping[str, Any],
    runs: Runs,
    saved: SavedNotebook | None,
) -> list[str]:
    """Name what only this session has: a changed or deleted cell set it.

    A warning needs evidence, since a notebook that was not saved yet lags
    behind: the front end's cell ids, or a file newer than the run, must show
    that the cell has since been changed or deleted.
    """
    asked = list(judged)
    reached = needs(asked, namespace)
    found = []
    for name in asked:
        stale = _stale_text(name, namespace, runs, saved)
        if stale:
            found.append(stale)
    for name in reached.names:
        if not _SHELL_NAMES.fullmatch(name) and _only_here(name, runs, saved):
            found.append(_move(name, task, runs.all(), is_answer=name in asked))
    return found


def _stale_text(
    name: str, namespace: Mapping[str, Any], runs: Runs, saved: SavedNotebook | None
) -> str:
    run = runs.defining(namespace.get(name))
    if run is None or saved is None or saved.time <= run.time:
        return ""
    setting = [cell for cell in runs.texts(saved) if name in bound_names(cell.source)]
    if not setting or _same(setting[-1].source, run.source):
        return ""
    return (
        f"This check judged {name} as cell [{run.number}] defined it, which is not the text now in "
        f"{_place(setting[-1])}. Run that cell, then check again."
    )


def _place(cell: SavedCell) -> str:
    return f"the answer cell of {cell.task}" if cell.task else "the last cell that defines it"


def _same(one: str, other: str) -> bool:
    return [x.rstrip() for x in one.strip().splitlines()] == [
        x.rstrip() for x in other.strip().splitlines()
    ]


def _only_here(name: str, runs: Runs, saved: SavedNotebook | None) -> bool:
    if not any(name in bound_names(run.source) for run in runs.all()):
        return False  # Not set by a cell: the front end or an extension put it there.
    known = [cell.source for cell in runs.texts(saved)]
    known += [run.source for run in runs.unplaced(saved)]
    return not any(name in bound_names(source) for source in known)


def _move(name: str, task: str, runs: list[Run], is_answer: bool) -> str:
    run = next(run for run in reversed(runs) if name in bound_names(run.source))
    statement = _statement(name, run.source)
    shown = f" (`{statement}`)" if statement else ""
    if is_answer:
        return (
            f"{name} exists only in this session: cell [{run.number}] defined it and has since "
            f"been changed or deleted. Put it back into the answer cell of {task}."
        )
    return (
        f"{name} exists only in this session: cell [{run.number}] set it and has since been "
        f"changed or deleted. Move it{shown} into the answer cell of {task}."
    )


def _statement(name: str, source: str) -> str:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return ""
    for node in reversed(body):
        part = ast.get_source_segment(source, node) or ""
        if name in bound_names(part) and len(part) <= 80 and "\n" not in part:
            return part
    return ""


def package_warnings(task: str, reached: Needs) -> list[str]:
    """Name packages and files that the answer uses and the course does not bring."""
    found = [_package(module, task) for module in reached.modules]
    found += [_file(text, task) for text in reached.texts]
    return [warning for warning in found if warning]


def _package(module: str, task: str) -> str:
    if module in _ALWAYS or module in sys.stdlib_module_names or _brought(module):
        return ""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file and Path(file).parent in (Path.cwd(), *Path.cwd().parents[:2]):
        return (
            f"{Path(file).name} lies on this computer only and is not handed in with the notebook. "
            f"Copy what you use of it into the answer cell of {task}."
        )
    if not _distributions(module):
        return ""
    return (
        f"The package {module} is installed here, but the course does not bring it: a fresh "
        f"environment lacks it. Write the answer cell of {task} without it."
    )


def _brought(module: str) -> bool:
    return _normal(_ALIASES.get(module, module)) in _wanted() or any(
        _normal(name) in _closure() for name in _distributions(module)
    )


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _requirements(distribution: str, extras: bool = False) -> frozenset[str]:
    try:
        lines = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return frozenset()
    lines = [line for line in lines if extras or "extra ==" not in line]
    return frozenset(_normal(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in lines)


@lru_cache(maxsize=1)
def _wanted() -> frozenset[str]:
    return _requirements("rungs", extras=True)


@lru_cache(maxsize=1)
def _closure() -> frozenset[str]:
    found: set[str] = set()
    waiting = set(_wanted())
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= _requirements(name) - found
    return frozenset(found)


@lru_cache(maxsize=64)
def _distributions(module: str) -> tuple[str, ...]:
    # Asked anew for each module, since a learner may install one at any time.
    return tuple(metadata.packages_distributions().get(module, ()))


def _file(text: str, task: str) -> str:
    if not 3 <= len(text) <= 300 or not re.search(r"[./\\]", text) or "\n" in text:
        return ""
    try:
        if not Path(text).expanduser().is_file():
            return ""
    except (OSError, ValueError, RuntimeError):
        return ""
    return (
        f"The answer names the file {text!r}, which is on this computer only and is not handed in. "
        f"Read course data with load(…), or write the values into the answer cell of {task}."
    )
