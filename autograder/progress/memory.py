"""When a solved task is due again: FSRS over the task's own history.

The scheduler is FSRS-6 (https://github.com/open-spaced-repetition/py-fsrs)
with its published parameters, fitted by its authors to flash cards and not to
programming tasks: an order of what to repeat first, not a measured rate of
forgetting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from fsrs import Card, Rating, Scheduler

__all__ = ["Event", "Memory", "memory"]

Kind = Literal["failed", "solved", "revealed"]

STRUGGLE = 3  # different failed answers on one set of cases: as good as forgotten
# Days, not minutes, and no chance: the same record always gives the same plan.
_SCHEDULER = Scheduler(
    desired_retention=0.9,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=180,
    enable_fuzzing=False,
)


@dataclass(frozen=True)
class Event:
    """One thing that happened to a task: `time` in Unix seconds, on which set of cases.

    `digest` tells one failed answer from another.
    """

    time: float
    kind: Kind
    variant: int
    digest: str = ""


@dataclass(frozen=True)
class Memory:
    """How well a task is probably known: due when, and the chance of solving it still, at `now`."""

    due: datetime
    chance: float
    repeated: int


def memory(events: Sequence[Event], now: datetime) -> Memory | None:
    """Follow a task's events, in order of time; None where it was never solved.

    One set of cases is one repetition, rated by how it went: solved at the
    first answer *good*, after one or two wrong ones *hard*, after three or a
    reveal *again*.
    """
    card, repeated = Card(card_id=1), 0
    for rating, when in _ratings(events):
        card, _ = _SCHEDULER.review_card(card, rating, when)
        repeated += 1
    if not repeated:
        return None
    return Memory(card.due, _SCHEDULER.get_card_retrievability(card, now), repeated)


def _ratings(events: Sequence[Event]) -> Iterator[tuple[Rating, datetime]]:
    """Yield one rating a set of cases, from the first solution on."""
    known = False
    for variant in dict.fromkeys(event.variant for event in events):
        wrong: set[str] = set()
        for event in (one for one in events if one.variant == variant):
            if event.kind == "failed":
                wrong.add(event.digest)
            lost = event.kind == "revealed" or len(wrong) >= STRUGGLE
            if event.kind != "solved" and not (lost and known):
                continue
            known = True
            yield _rating(event, wrong), datetime.fromtimestamp(event.time, UTC)
            break


def _rating(event: Event, wrong: set[str]) -> Rating:
    if event.kind != "solved" or len(wrong) >= STRUGGLE:
        return Rating.Again
    return Rating.Hard if wrong else Rating.Good
