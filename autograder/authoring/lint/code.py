"""Rules on code: it parses, imports what it may, stays off the network, loads what exists."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import autograder.provider
import autograder.scenarios
from autograder.authoring.lint.finding import Finding
from autograder.authoring.lint.subject import LessonSubject
from autograder.authoring.lint.syntax import (
    bindings,
    called,
    imports,
    names,
    parse_cell,
    string_argument,
)

__all__ = ["CODE_RULES"]

_MAGIC = re.compile(r"^\s*(?:#\s*)?(?:%%?[A-Za-z]|![A-Za-z])")
_LESSON_NAMES = {"check", "load", "predict", "reveal"}
# What a lesson may import besides those: names by module.
_OPEN_NAMES = {
    "autograder.placement": frozenset({"placement"}),
    "autograder.progress": frozenset({"dashboard", "itinerary", "path_picker"}),
    "autograder.provider": frozenset(autograder.provider.__all__),
    "autograder.scenarios": frozenset(autograder.scenarios.__all__),
}
_NOBODY_IMPORTS = ("autograder.cli", "autograder.plugins", "autograder.authoring")
_NETWORK = {
    "aiohttp",
    "ftplib",
    "http",
    "httpx",
    "huggingface_hub",
    "imaplib",
    "paramiko",
    "poplib",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "telnetlib",
    "urllib",
    "urllib3",
    "websocket",
    "websockets",
    "xmlrpc",
}
_OFFLINE = ("urllib.parse", "http.HTTPStatus")
_URL = re.compile(r"^(?:https?|ftp|s3|gs)://(?!(?:localhost|127\.0\.0\.1)\b)", re.IGNORECASE)
_FETCHES = re.compile(r"^(?:read_\w+|urlopen|urlretrieve|get|post|fetch\w*|load_dataset)$")
_LOADS = ("load", "content.load")
_SETUP_LINES = 8


def _parses(subject: LessonSubject) -> Iterator[Finding]:
    """Every code cell, the judge, the probe and the corpus are Python, without magics."""
    for cell in subject.lesson.of_kind("code"):
        for number, text in enumerate(cell.source.splitlines(), start=1):
            if _MAGIC.match(text):
                yield subject.at(
                    cell,
                    f"{text.strip()!r} is a magic or a shell command.",
                    "Write plain Python: a lesson installs nothing and runs anywhere.",
                    number,
                )
                break
        else:
            try:
                parse_cell(cell.source)
            except SyntaxError as err:
                yield subject.at(
                    cell, f"This is not Python: {err.msg}.", "Mend the syntax.", err.lineno
                )
    for path in (subject.judge_path, subject.probe_path, *subject.corpus):
        try:
            ast.parse(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue  # the rule on files reports a missing judge
        except (SyntaxError, UnicodeDecodeError) as err:
            line = getattr(err, "lineno", None) or 1
            yield Finding(path, line, f"This is not Python: {err}.", "Mend the syntax.")


def _trees(subject: LessonSubject) -> Iterator[tuple[Path, int, ast.Module]]:
    # File, the line before the tree's first, and the tree.
    for cell, tree in subject.code:
        yield subject.lesson.path, cell.line, tree
    if subject.judge is not None:
        yield subject.judge_path, 0, subject.judge
    if subject.probe is not None:
        yield subject.probe_path, 0, subject.probe


def _imports(subject: LessonSubject) -> Iterator[Finding]:
    """The import law, no network, and nothing that set-up does not install."""
    for path, before, tree in _trees(subject):
        for module, name, line in imports(tree):
            reason = _import_fault(module, name, path == subject.lesson.path)
            if reason is not None:
                yield Finding(path, before + line, *reason)


def _import_fault(module: str, name: str, in_lesson: bool) -> tuple[str, str] | None:
    top = module.partition(".")[0]
    full = f"{module}.{name}" if name else module
    if module.startswith("."):
        return f"{full} is a relative import.", "Import by full name."
    if top == "autograder":
        return _own_import_fault(module, name, in_lesson)
    if top in _NETWORK and not full.startswith(_OFFLINE):
        return (
            f"{full} reaches for the network.",
            "Put the data into datasets/ and `load` it: lessons run offline.",
        )
    if top not in sys.stdlib_module_names and not _installed(top):
        return (
            f"{top} is not installed by requirements.txt.",
            "Use what is installed, or add it to pyproject.toml with its purpose.",
        )
    return None


def _own_import_fault(module: str, name: str, in_lesson: bool) -> tuple[str, str] | None:
    if not in_lesson:
        own = f"{module}.{name}" if module == "autograder" else module
        if own.startswith(_NOBODY_IMPORTS):
            return f"A judge may not import {own}.", "Use autograder.checks, judging or content."
        return None
    if (module == "autograder" and name in _LESSON_NAMES) or name in _OPEN_NAMES.get(module, ()):
        return None
    for home, public in _OPEN_NAMES.items():
        if module.startswith(home):
            names = ", ".join(sorted(public))
            return (
                f"A lesson may not import {f'{module}.{name}' if name else module}.",
                f"Write `from {home} import {names}`, of these what you use.",
            )
    return (
        f"A lesson may not import {f'{module}.{name}' if name else module}.",
        "Write `from autograder import check, load, predict, reveal`, of these what you use.",
    )


@lru_cache(maxsize=256)
def _installed(top: str) -> bool:
    return importlib.util.find_spec(top) is not None


def _urls(subject: LessonSubject) -> Iterator[Finding]:
    """Nothing is fetched by address, and nothing is installed."""
    for path, before, tree in _trees(subject):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            literal = string_argument(node)
            if literal and _URL.match(literal) and _FETCHES.match(called(node)):
                yield Finding(
                    path,
                    before + node.lineno,
                    f"This fetches {literal}.",
                    "Put the data into datasets/ and `load` it: lessons run offline.",
                )
            if "subprocess" in names(node.func) or ast.unparse(node.func) == "os.system":
                yield Finding(
                    path,
                    before + node.lineno,
                    f"This runs a program with {ast.unparse(node.func)}.",
                    "Stay in Python: a lesson installs nothing and runs anywhere.",
                )


def _datasets(subject: LessonSubject) -> Iterator[Finding]:
    """What is loaded exists and is named in the manifest, and what is named is loaded."""
    loaded: set[str] = set()
    for path, before, tree in _trees(subject):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) not in _LOADS:
                continue
            name = string_argument(node)
            if name is None:
                continue
            slug, _, wanted = name.partition("/")
            loaded.add(slug)
            if name in subject.entry.cases:
                continue
            fault = _load_fault(subject, slug, wanted)
            if fault is not None:
                yield Finding(path, before + node.lineno, *fault)
    for place, slug in enumerate(subject.entry.datasets):
        line = subject.entry_line("datasets", place)
        if subject.course.files_of(slug) is None:
            what = f"{subject.entry.id} names the dataset {slug}, which does not exist."
            yield Finding(
                subject.course.manifest, line, what, f"Add datasets/{slug}/ or mend the name."
            )
        elif slug not in loaded:
            what = f"{subject.entry.id} names the dataset {slug} and never loads it."
            yield Finding(subject.course.manifest, line, what, "Load it, or remove the name.")


def _load_fault(subject: LessonSubject, slug: str, wanted: str) -> tuple[str, str] | None:
    files = subject.course.files_of(slug)
    if files is None:
        return f"There is no dataset {slug}.", f"Add datasets/{slug}/dataset.yaml."
    if wanted not in files and (wanted or len(files) != 1):
        choice = ", ".join(f"{slug}/{name}" for name in files)
        return f"The dataset {slug} has no file {wanted!r}.", f"Load one of {choice}."
    if slug not in subject.entry.datasets:
        return (
            f"course.yaml does not name the dataset {slug} for this lesson.",
            f"Add {slug} to its datasets.",
        )
    return None


def _setup(subject: LessonSubject) -> Iterator[Finding]:
    """One locked setup cell, the first code cell, of at most eight lines."""
    setups = list(subject.lesson.with_role("setup"))
    first = next(subject.lesson.of_kind("code"), None)
    if not setups or setups[0] is not first:
        yield subject.at(
            first or subject.lesson.cells[0],
            "The first code cell is not the setup cell.",
            'Begin the code with a cell of role="setup".',
        )
    for cell in setups[1:]:
        yield subject.at(cell, "This is a second setup cell.", "Keep one.")
    for cell in setups:
        lines = len(cell.source.strip().splitlines())
        if lines > _SETUP_LINES:
            yield subject.at(
                cell,
                f"The setup cell has {lines} lines.",
                f"Keep it to {_SETUP_LINES}: imports and what every section needs.",
            )


def _imports_check(subject: LessonSubject) -> Iterator[Finding]:
    """The setup cell imports `check`, which every check cell needs."""
    bound = {name for cell, tree in subject.code for name, _ in bindings(tree)}
    for cell in subject.lesson.with_role("check"):
        if "check" not in bound:
            yield subject.at(
                cell,
                "Nothing imports `check`.",
                "Write `from autograder import check` in the setup cell.",
                1,
            )
            return


CODE_RULES = (_parses, _imports, _urls, _datasets, _setup, _imports_check)
