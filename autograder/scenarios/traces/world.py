"""A log of the simulated assistant, and three raters whose errors are known.

A failure changes what the person does next: faulty answers are voted down,
edited and abandoned more often than sound ones. Some questions are asked again
almost word for word, by the same customer or by another.

    >>> from autograder.scenarios.traces import draw_world, review
    >>> world = draw_world(7, size=200)
    >>> sorted(world.truth) == sorted(trace.id for trace in world.traces)
    True
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from autograder.scenarios.traces.notes import Team, write_note
from autograder.scenarios.traces.phrases import ANSWERS, MODES, PRODUCTS, PUBLIC, QUESTIONS

__all__ = [
    "FEEDBACK",
    "RATERS",
    "RATES",
    "Rater",
    "Review",
    "Trace",
    "World",
    "draw_world",
    "review",
]

# How often each mode occurs, independently of the others.
RATES: Mapping[str, float] = {
    "wrong_version": 0.06,
    "wrong_product": 0.03,
    "invented_citation": 0.03,
    "unsupported_claim": 0.08,
    "withdrawn_source": 0.04,
    "needless_refusal": 0.05,
    "missing_step": 0.05,
    "unsafe_step": 0.02,
}
FEEDBACK = ("down", "edited", "abandoned", "up", "none")
_REACTION = {  # chances of each feedback to a sound, a faulty and an unsafe answer
    "sound": (0.01, 0.03, 0.08, 0.08, 0.80),
    "faulty": (0.12, 0.14, 0.16, 0.03, 0.55),
    "unsafe": (0.40, 0.12, 0.10, 0.02, 0.36),
}
_THINGS = ("signing key", "audit log", "join token", "backup", "certificate", "health check")
_WORRIES = ("downtime", "data loss", "an audit finding", "locked accounts", "open sessions")
_TIMES = (
    "the night shift is alone",
    "the cluster is half upgraded",
    "our auditor is in the room",
    "one node is in maintenance",
    "the change window closes at noon",
    "sales shows it to a customer",
)


@dataclass(frozen=True)
class Trace:
    """One question with its answer, as the log has it."""

    id: str
    at: int  # minutes since the log began
    source: str  # the customer who asked
    question: str
    answer: str
    feedback: str


@dataclass(frozen=True)
class World:
    """Hold a public log and, sealed, the failure modes of every trace."""

    traces: tuple[Trace, ...]
    truth: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Rater:
    """Hold one rater's confusion: the chance to mark a mode that is there, and one that is not.

    `confuses` names modes that this rater reports under another mode's name.
    """

    hit: float
    false_alarm: float
    confuses: Mapping[str, tuple[str, float]]

    def mark(self, draw: Random, modes: Sequence[str]) -> list[str]:
        """Return the modes this rater sees in a trace with these modes."""
        seen = set()
        for mode in MODES:
            if draw.random() < (self.hit if mode in modes else self.false_alarm):
                other, chance = self.confuses.get(mode, (mode, 0.0))
                seen.add(other if draw.random() < chance else mode)
        return [mode for mode in MODES if mode in seen]


RATERS: Mapping[str, Rater] = {
    "ana": Rater(0.95, 0.01, {}),
    "ben": Rater(0.85, 0.03, {"withdrawn_source": ("wrong_version", 0.4)}),
    "cleo": Rater(0.90, 0.02, {"missing_step": ("unsupported_claim", 0.3)}),
}


@dataclass(frozen=True)
class Review:
    """What people wrote about one trace: every rater's modes, and an open note."""

    trace: str
    marks: Mapping[str, list[str]]
    note: str
    family: str


def draw_world(seed: int, size: int = 2400) -> World:
    """Draw a log of `size` traces by one seed."""
    draw = Random(seed)
    customers = [f"C{number:03d}" for number in range(1, size // 12 + 2)]
    weights = [1 / rank for rank in range(1, len(customers) + 1)]
    traces: list[Trace] = []
    truth: dict[str, tuple[str, ...]] = {}
    at = 0
    for number in range(size):
        at += draw.randint(1, 20)
        source = draw.choices(customers, weights)[0]
        if traces and draw.random() < 0.06:
            earlier = draw.choice(traces[-300:])
            question, modes = _asked_again(draw, earlier.question), truth[earlier.id]
            source = draw.choice((source, earlier.source))
        else:
            question, modes = _question(draw), _failures(draw)
        name = f"t{number:04d}"
        truth[name] = modes
        traces.append(
            Trace(name, at, source, question, _answer(draw, question, modes), _react(draw, modes))
        )
    return World(tuple(traces), truth)


def review(world: World, ids: Sequence[str], team: Team, seed: int) -> list[Review]:
    """Let every rater mark these traces, and one of them write an open note on each."""
    draw = Random(seed)
    made = []
    for number, name in enumerate(ids):
        family = PUBLIC[number % len(PUBLIC)]
        marks = {rater: RATERS[rater].mark(draw, world.truth[name]) for rater in RATERS}
        note = write_note(draw, team, world.truth[name], family)
        made.append(Review(name, marks, note, family))
    return made


def _failures(draw: Random) -> tuple[str, ...]:
    return tuple(mode for mode in MODES if draw.random() < RATES[mode])


def _react(draw: Random, modes: Sequence[str]) -> str:
    kind = "unsafe" if "unsafe_step" in modes else "faulty" if modes else "sound"
    return draw.choices(FEEDBACK, _REACTION[kind])[0]


def _question(draw: Random) -> str:
    return draw.choice(QUESTIONS).format(
        thing=draw.choice(_THINGS),
        product=draw.choice(PRODUCTS),
        version=f"{draw.randint(2, 6)}.{draw.randint(0, 14)}",
        worry=draw.choice(_WORRIES),
        code=f"E{draw.randint(100, 999)}",
        when=draw.choice(_TIMES),
    )


def _asked_again(draw: Random, question: str) -> str:
    """Say the same again with a word less or a word more."""
    words = question.split()
    if draw.random() < 0.5:
        del words[draw.randrange(len(words) - 1)]
    else:
        words.insert(draw.randrange(len(words)), draw.choice(("please", "again", "exactly")))
    return " ".join(words)


def _answer(draw: Random, question: str, modes: Sequence[str]) -> str:
    words = question.split()
    place = words.index("Tarnwick") if "Tarnwick" in words else -3
    product = " ".join(words[place : place + 2])
    slots = {
        "n": draw.randint(10, 39),
        "product": product,
        "version": "the version you run",
        "other": f"Tarnwick {draw.choice(PRODUCTS)}",
    }
    return " ".join(ANSWERS[mode].format(**slots) for mode in (modes or ("",)))
