"""The placement test's parameters as records, read from `datasets/placement`."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

from autograder.content import dataset_path

__all__ = ["SCALES", "Parameters", "Population", "Scale", "Start", "Task", "parameters"]

Scale = Literal["software", "evaluation"]
SCALES: tuple[Scale, ...] = get_args(Scale)
Band = tuple[float | None, float | None]


@dataclass(frozen=True)
class Task:
    """One item's place in the model: a 2PL's `discrimination` and `difficulty`, its minutes."""

    id: str
    scale: Scale
    discrimination: float
    difficulty: float
    minutes: float
    lesson: str
    why: str

    def counted(self, minutes: float) -> float:
        """Return what of the minutes taken counts: a pause at most twice the granted ones."""
        return min(minutes, 2 * self.minutes)


@dataclass(frozen=True)
class Population:
    """Whom we expect: a normal distribution over both scales, in their order."""

    means: tuple[float, float]
    sds: tuple[float, float]
    correlation: float


@dataclass(frozen=True)
class Start:
    """Recommend a lesson to who lies in a band of each scale; None is an open end.

    `path` is the id of the path to follow from there.
    """

    lesson: str
    path: str
    software: Band
    evaluation: Band
    words: str

    def holds(self, software: float, evaluation: float) -> bool:
        """Tell whether this pair of abilities begins here; a band holds its lower end."""
        return _within(software, self.software) and _within(evaluation, self.evaluation)


@dataclass(frozen=True)
class Parameters:
    """All of it; `minutes` is for all tasks, `sure` the posterior share that ends it.

    Every number is our judgement: none was estimated from people.
    """

    tasks: tuple[Task, ...]
    population: Population
    starts: tuple[Start, ...]
    minutes: float
    sure: float

    def cuts(self, scale: Scale) -> tuple[float, ...]:
        """Return where one band of a scale ends and the next begins, ascending."""
        ends = {end for start in self.starts for end in getattr(start, scale)}
        return tuple(sorted(end for end in ends if end is not None))

    def start(self, software: float, evaluation: float) -> int:
        """Return the place of the start, from 0, for this pair of abilities."""
        return next(i for i, one in enumerate(self.starts) if one.holds(software, evaluation))


@lru_cache(maxsize=1)
def parameters() -> Parameters:
    """Read the dataset once."""
    folder = dataset_path("placement")
    model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    with (folder / "items.csv").open(encoding="utf-8", newline="") as stream:
        tasks = tuple(_task(row) for row in csv.DictReader(stream))
    people = model["population"]
    return Parameters(
        tasks,
        Population(_pair(people, "mean"), _pair(people, "sd"), people["correlation"]),
        tuple(_start(one) for one in model["starts"]),
        model["rules"]["minutes"],
        model["rules"]["sure"],
    )


def _within(ability: float, band: Band) -> bool:
    low, high = band
    return (low is None or ability >= low) and (high is None or ability < high)


def _pair(people: dict[str, Any], name: str) -> tuple[float, float]:
    return people["software"][name], people["evaluation"][name]


def _start(one: dict[str, Any]) -> Start:
    bands = tuple(one["software"]), tuple(one["evaluation"])
    return Start(one["lesson"], one["path"], *bands, one["words"])


def _task(row: dict[str, str]) -> Task:
    scale = next(one for one in SCALES if one == row["scale"])
    return Task(
        row["id"],
        scale,
        float(row["discrimination"]),
        float(row["difficulty"]),
        float(row["minutes"]),
        row["lesson"],
        row["why"],
    )
