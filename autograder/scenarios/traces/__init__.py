"""Traces of a simulated assistant: a log, raters with known errors, and open notes.

An invented vendor, Tarnwick, answers questions about its products from its
documents. Eight failure modes are planted at known rates. `world.traces` is the
public view; `world.truth` is sealed.
"""

from autograder.scenarios.traces.notes import Note, Team, draw_notes, draw_team, write_note
from autograder.scenarios.traces.phrases import FAMILIES, HELD_OUT, MODES, PUBLIC
from autograder.scenarios.traces.world import (
    FEEDBACK,
    RATERS,
    RATES,
    Rater,
    Review,
    Trace,
    World,
    draw_world,
    review,
)

__all__ = [
    "FAMILIES",
    "FEEDBACK",
    "HELD_OUT",
    "MODES",
    "PUBLIC",
    "RATERS",
    "RATES",
    "Note",
    "Rater",
    "Review",
    "Team",
    "Trace",
    "World",
    "draw_notes",
    "draw_team",
    "draw_world",
    "review",
    "write_note",
]
