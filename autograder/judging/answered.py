"""The learner's own answer to a task: its text, and a digest that comments do not change."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterable, Mapping
from types import CodeType
from typing import Any

from autograder.channel import encode
from autograder.errors import LearnerFault
from autograder.judging.session import Runs
from autograder.judging.surroundings import bound_names, needs

__all__ = ["answer_digest", "answer_source"]

_LONGEST = 20_000


def answer_digest(names: Iterable[str], namespace: Mapping[str, Any]) -> str:
    """Digest the compiled code and the values behind these names, helpers included."""
    sha = hashlib.sha256()
    for name in sorted(needs(names, namespace).names):
        sha.update(f"{name}={_print(namespace[name])}\n".encode(errors="replace"))
    return sha.hexdigest()[:16]


def _print(value: Any) -> str:
    code = getattr(value, "__code__", None)
    if isinstance(code, CodeType):
        return f"{_fingerprint(code)}{getattr(value, '__defaults__', None)!r:.500}"
    if isinstance(value, type):
        parts = sorted((k, getattr(v, "__code__", None)) for k, v in vars(value).items())
        return repr([(k, _fingerprint(c)) for k, c in parts if isinstance(c, CodeType)])
    try:
        return repr(encode(value))[:_LONGEST]
    except LearnerFault:
        return type(value).__name__


def _fingerprint(code: CodeType) -> str:
    consts = [_fingerprint(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts]
    return repr((code.co_name, code.co_code, code.co_names, code.co_varnames, consts))


def answer_source(name: str, namespace: Mapping[str, Any], runs: Runs) -> str:
    """Return the text of the cell that made `name`, or as much as Python knows of it."""
    value = namespace.get(name)
    run = runs.defining(value)
    if run is None:
        run = next((r for r in reversed(runs.all()) if name in bound_names(r.source)), None)
    if run is not None:
        return run.source.strip()
    try:
        return inspect.getsource(value).strip() if callable(value) else ""
    except (OSError, TypeError):
        return ""
