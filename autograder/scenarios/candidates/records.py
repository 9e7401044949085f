"""What a learner may see of a release registry.

A run's columns have one entry an item, in the order of `Run.items`. A verdict is
None where the grader gave none. Times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any

__all__ = ["Audit", "Golden", "Grader", "Pool", "Public", "Run", "Slice", "Table", "Version"]


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {name: _plain(field) for name, field in vars(value).items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dict(value) if isinstance(value, Mapping) else value


@dataclass(frozen=True)
class Slice:
    """One kind of request, and its share of the traffic."""

    name: str
    share: float


@dataclass(frozen=True)
class Golden:
    """One version of the golden set; an item that was edited has a new id, `q0012.2`."""

    id: str
    frozen: str
    edited_by: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Grader:
    """One version of the judge that decides whether an answer passes."""

    id: str
    since: str
    model: str
    prompt: str


@dataclass(frozen=True)
class Version:
    """One version of the assistant; `digest` identifies what was built."""

    id: str
    digest: str
    author: str
    created: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """One evaluation of a version: what it was run with, and what came out, item by item."""

    id: str
    version: str
    digest: str
    golden: str
    judge: str
    settings: Mapping[str, str]
    started: str
    planned: int  # items of the golden set; a run that broke off has fewer
    items: tuple[str, ...]
    passed: tuple[int | None, ...]
    ms: tuple[int, ...]
    usd: tuple[float, ...]

    @property
    def manifest(self) -> dict[str, str]:
        """Return what decides a result besides the version: golden set, judge and settings."""
        return {"golden": self.golden, "judge": self.judge, **self.settings}


@dataclass(frozen=True)
class Audit:
    """People's verdicts on the answers of one version to a sample of items."""

    version: str
    items: tuple[str, ...]
    good: tuple[int, ...]


@dataclass(frozen=True)
class Public:
    """Everything that may be seen. Holds no effect and no seed."""

    service: str
    slices: tuple[Slice, ...]
    slice_of: Mapping[str, str]
    goldens: tuple[Golden, ...]
    graders: tuple[Grader, ...]
    baseline: str
    versions: tuple[Version, ...]
    runs: tuple[Run, ...]
    audits: tuple[Audit, ...]

    def run(self, name: str) -> Run:
        """Return a run by its id."""
        return next(run for run in self.runs if run.id == name)

    def runs_of(self, version: str) -> tuple[Run, ...]:
        """Return a version's runs, earliest first."""
        return tuple(run for run in self.runs if run.version == version)

    def plain(self) -> dict[str, Any]:
        """Return it as dicts, lists, strings and numbers."""
        return {name: _plain(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class Table:
    """What pairing leaves of two runs: items, those only the baseline passed, those gained."""

    name: str
    items: int
    lost: int
    won: int


@dataclass(frozen=True)
class Pool:
    """Many candidates as tables, each over all its items; `slices` has theirs, by candidate."""

    tables: tuple[Table, ...]
    slices: Mapping[str, tuple[Table, ...]]

    def plain(self) -> dict[str, Any]:
        """Return it as dicts, lists, strings and numbers."""
        slices = {name: _plain(tables) for name, tables in self.slices.items()}
        return {"tables": _plain(self.tables), "slices": slices}
