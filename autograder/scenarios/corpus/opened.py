"""Worlds for the open cells of a lesson: none of them is ever a judge's."""

from __future__ import annotations

from typing import Any

from autograder.scenarios.corpus.records import (
    Public,
)
from autograder.scenarios.corpus.sealed import (
    World,
)
from autograder.scenarios.corpus.world import compose

__all__ = ["labelled_corpus", "open_corpus"]


def open_corpus(seed: int, **parameters: Any) -> Public:
    """Compose a world to work on, without its truth; parameters as for `compose`."""
    return labelled_corpus(seed, **parameters).public


def labelled_corpus(seed: int, **parameters: Any) -> World:
    """Compose the same world with its truth, as a set that experts have labelled without error."""
    return compose(seed, **{**parameters, "realm": "open"})
