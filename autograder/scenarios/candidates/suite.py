"""What candidates are measured with: slices, golden sets and graders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from autograder.scenarios.candidates.records import Golden, Grader, Slice
from autograder.scenarios.candidates.sealed import GraderTruth
from autograder.scenarios.draws import Stream

__all__ = ["PEOPLE", "SERVICES", "Suite", "day", "draw_suite", "slice_names"]

SERVICES = ("Aldwick Answers", "Brenholt Help", "Corvane Desk", "Dunlea Assist", "Evermoor Guide")
PEOPLE = (
    "anouk", "bram", "cilla", "dario", "edda", "farid", "gerda", "hugo", "ines", "joran", "kaya",
    "lukas", "mirela", "nadir", "odile", "pavel",
)  # fmt: skip
_SUBJECTS = (
    "billing", "refunds", "sign-in", "exports", "alerts", "quotas", "reports", "mobile",
    "webhooks", "roles",
)  # fmt: skip
_TONGUES = ("english", "german", "french", "japanese", "spanish", "polish")
_MODELS = ("ask-small", "ask-large", "weigh-2", "weigh-3")
_START = datetime(2031, 3, 3, 9)
_RETIRED, _EDITED, _ADDED = 0.04, 0.12, 0.1  # of the items, from one golden set to the next


@dataclass(frozen=True)
class Suite:
    """The suite, the sealed pass rate of each slice, and which items are new or edited."""

    service: str
    slices: tuple[Slice, ...]
    slice_of: dict[str, str]
    goldens: tuple[Golden, ...]
    graders: tuple[Grader, ...]
    truths: dict[str, GraderTruth]
    passing: dict[str, float]
    hard: frozenset[str]
    edited: frozenset[str]


def day(number: float) -> str:
    """Write a time, in days since the registry began, as ISO text in UTC."""
    return f"{_START + timedelta(minutes=round(1440 * number)):%Y-%m-%dT%H:%M}Z"


def slice_names(stream: Stream, count: int) -> list[str]:
    """Draw names of slices: subjects, languages, or both at once."""
    style = stream.integer(0, 2)
    if style == 0 or count > len(_TONGUES):
        return stream.sample(_SUBJECTS, count)
    tongues = stream.sample(_TONGUES, count)
    if style == 1:
        return tongues
    return [f"{tongue}/{stream.choice(_SUBJECTS)}" for tongue in tongues]


def draw_suite(stream: Stream, items: int) -> Suite:
    """Draw slices and their items, two golden sets after the first, and three graders."""
    count = stream.integer(4, 8)
    slices = _slices(stream, count)
    rest = [s.name for s in slices for _ in range(round(s.share * items))]
    names = stream.shuffled(rest)
    slice_of = {f"q{i:04d}": name for i, name in enumerate(names, 1)}
    editor = stream.choice(PEOPLE)
    first = Golden("golden-1", day(stream.integer(0, 5)), editor, tuple(slice_of))
    later, edited = _next(stream, first, slice_of, editor, items)
    hard = frozenset(later.items[len(later.items) - round(_ADDED * items) :])
    graders, truths = _graders(stream)
    passing = {s.name: round(0.68 + 0.16 * stream.unit(), 3) for s in slices}
    return Suite(
        stream.choice(SERVICES), slices, slice_of, (first, later), graders, truths, passing,
        hard, edited,
    )  # fmt: skip


def _slices(stream: Stream, count: int) -> tuple[Slice, ...]:
    weights = [stream.integer(2, 10) for _ in range(count)]
    named = zip(slice_names(stream, count), weights, strict=True)
    return tuple(Slice(name, round(w / sum(weights), 4)) for name, w in named)


def _next(
    stream: Stream, first: Golden, slice_of: dict[str, str], editor: str, items: int
) -> tuple[Golden, frozenset[str]]:
    """Retire some items, edit some, add harder ones; name what they are about."""
    kept = []
    edited = set()
    for item in first.items:
        roll = stream.unit()
        if roll < _RETIRED:
            continue
        if roll < _RETIRED + _EDITED:
            slice_of[f"{item}.2"] = slice_of[item]
            edited.add(f"{item}.2")
            item = f"{item}.2"
        kept.append(item)
    names = sorted({slice_of[item] for item in first.items})
    for i in range(round(_ADDED * items)):
        name = f"q{len(first.items) + 1 + i:04d}"
        slice_of[name] = stream.choice(names)
        kept.append(name)
    return Golden("golden-2", day(stream.integer(20, 30)), editor, tuple(kept)), frozenset(edited)


def _graders(stream: Stream) -> tuple[tuple[Grader, ...], dict[str, GraderTruth]]:
    """Draw a first judge and two after it, each stricter or more lenient."""
    made, truths = [], {}
    for number in (1, 2, 3):
        name = f"judge-{number}"
        since = day(0 if number == 1 else 8 * number + stream.unit())
        made.append(
            Grader(name, since, stream.choice(_MODELS), f"p-{stream.integer(4096, 65535):x}")
        )
        shift = 0.0 if number == 1 else 0.03 + 0.05 * stream.unit()
        strict = stream.chance(0.5)
        truths[name] = GraderTruth(shift if strict else 0.0, 0.0 if strict else 3 * shift)
    return tuple(made), truths
