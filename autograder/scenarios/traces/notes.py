"""Open notes of a reviewing team, in phrasing families that can be held out.

A team agrees on words of its own for each failure mode and uses them in every
family of phrasing. The plain wording beside them belongs to one family, and a
note also mentions, in plain words, what was checked and found in order. Rules
made from one team's notes, or from one family's wording, therefore carry over
badly; what a team's own labelled notes teach carries over well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from autograder.scenarios.traces.phrases import (
    FAMILIES,
    FRAMES,
    MODES,
    PLAIN,
    SLANG,
    SMALL_TALK,
)

__all__ = ["Note", "Team", "draw_notes", "draw_team", "write_note"]

_WORDS_A_MODE = 3
_FORMS = ("{}", "{}", "{}s")
_HOW_MANY = (0, 1, 1, 2, 2, 2, 3, 3)  # faults of a family's notes, in turn


@dataclass(frozen=True)
class Team:
    """Hold the words that one team of reviewers uses for each mode."""

    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Note:
    """Hold an open note, the family it is phrased in, and (sealed) the modes it reports."""

    text: str
    family: str
    modes: tuple[str, ...]


def draw_team(draw: Random) -> Team:
    """Give each mode a few words that no other mode has."""
    words = iter(draw.sample(SLANG, _WORDS_A_MODE * len(MODES)))
    return Team({mode: tuple(next(words) for _ in range(_WORDS_A_MODE)) for mode in MODES})


def write_note(draw: Random, team: Team, modes: Sequence[str], family: str) -> str:
    """Write one note that reports these modes and clears another one by name."""
    place = FAMILIES.index(family)
    parts = [_clause(draw, team, mode, family) for mode in draw.sample(list(modes), len(modes))]
    sound = [mode for mode in MODES if mode not in modes]
    if draw.random() < 0.6:
        cleared = PLAIN[draw.choice(sound)][place]
        parts.insert(draw.randint(0, len(parts)), f"I looked whether {cleared}: no.")
    if not parts or draw.random() < 0.5:
        parts.insert(draw.randint(0, len(parts)), draw.choice(SMALL_TALK))
    return " ".join(parts)


def draw_notes(draw: Random, team: Team, families: Sequence[str], count: int) -> list[Note]:
    """Draw notes in turn from these families; modes are even, and many notes report several."""
    made = []
    for number in range(count):
        turn, place = divmod(number, len(families))
        faults = _HOW_MANY[turn % len(_HOW_MANY)]
        modes = tuple(sorted(draw.sample(MODES, faults), key=MODES.index))
        made.append(Note(write_note(draw, team, modes, families[place]), families[place], modes))
    draw.shuffle(made)
    return made


def _clause(draw: Random, team: Team, mode: str, family: str) -> str:
    tag = draw.choice(_FORMS).format(draw.choice(team.words[mode]))
    plain = PLAIN[mode][FAMILIES.index(family)]
    text = draw.choice(FRAMES[family]).format(tag=tag, plain=plain)
    return text[0].upper() + text[1:]
