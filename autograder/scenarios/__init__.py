"""Seeded worlds with a public view for the learner and a sealed truth for the judge.

A lesson imports the names below and nothing else of this package; each is
resolved on first use. What they compose is never what a judge composes from the
same seed. A judge imports from the scenario itself, e.g.
`from autograder.scenarios.corpus import compose`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = [
    "known_candidates",
    "known_incident",
    "known_pool",
    "known_traffic",
    "labelled_corpus",
    "open_candidates",
    "open_corpus",
    "open_incident",
    "open_session",
    "open_traffic",
    "try_actions",
]

_HOMES = {
    "known_candidates": "candidates.opened",
    "known_incident": "incidents.opened",
    "known_pool": "candidates.opened",
    "known_traffic": "traffic.opened",
    "labelled_corpus": "corpus.opened",
    "open_candidates": "candidates.opened",
    "open_corpus": "corpus.opened",
    "open_incident": "incidents.opened",
    "open_session": "incidents.opened",
    "open_traffic": "traffic.opened",
    "try_actions": "incidents.opened",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
