"""Tell released cells by their text, where a tool has dropped ids and metadata."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence

__all__ = ["beyond", "defined", "flat", "parses"]

_DEFINED = re.compile(r"^(?:async\s+)?(?:def|class)\s+(\w+)|^(\w+)\s*(?::[^=\n]*)?=(?!=)", re.M)
_ONLY_A_CHECK = re.compile(r"\s*(#.*|check\s*\([^()]*\)\s*;?\s*(#.*)?)?")
_LONGEST_PARSED = 50_000


def flat(source: str) -> str:
    """Return a text without the differences that editors make: spaces and line ends."""
    return " ".join(source.split())


def defined(source: str) -> frozenset[str]:
    """Name what a code cell defines at its top level: functions, classes, assigned names."""
    return frozenset(name for match in _DEFINED.findall(source) for name in match if name)


def parses(source: str) -> bool:
    """Tell whether a text is Python that compiles; a very long one is taken not to."""
    if len(source) > _LONGEST_PARSED:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def beyond(source: str, released: str, code: bool) -> str:
    """Return what a learner's text holds beyond the released one, "" for nothing that counts.

    Bare calls of `check` and comments count for nothing.
    """
    if flat(released) == flat(source):
        return ""
    if not code:
        return source.replace(released, "").strip() if released in source else source.strip()
    known = {line.strip() for line in released.splitlines()}
    rest = "\n".join(_kept(source.splitlines(), known))
    if not any(line.strip() for line in rest.splitlines()):
        return ""
    return rest.strip("\n") if parses(rest) else source


def _kept(lines: Sequence[str], known: set[str]) -> list[str]:
    return [
        line for line in lines if line.strip() not in known and not _ONLY_A_CHECK.fullmatch(line)
    ]
