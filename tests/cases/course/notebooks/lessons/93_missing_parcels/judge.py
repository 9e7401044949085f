"""Judge the parcels: a function on secret numbers, and a record of one learner's own case."""

from __future__ import annotations

from random import Random
from typing import Any

from autograder.checks import Ladder, Score, equal, record, require
from autograder.judging import Learner
from autograder.judging.case import Case, case_task

HINTS = {
    "losses": "Subtract hour by hour.",
    "loss_record": "Read the hours of each depot before the notes.",
}
WHY = {
    "losses": "What came in and did not go out is lost.",
    "loss_record": "A record names what its reader can look up.",
}
DEPOTS = ("Ash", "Birch", "Cedar", "Elm", "Fir", "Oak")
TEXTS = ("scanner restarted", "belt changed", "shift began", "gate opened", "label roll changed")
SEALED = ("the depot", "the onset")


def losses(learner: Learner, seed: int) -> Score:
    """Draw a day of one depot; want what is lost in each hour."""
    draw = Random(seed)
    came = [draw.randint(20, 60) for _ in range(24)]
    left = [n - draw.randint(0, 5) for n in came]
    ladder = Ladder(learner)
    with ladder.step("each hour"):
        want = [a - b for a, b in zip(came, left, strict=True)]
        equal(learner.call("losses", came, left), want, "the losses")
    return ladder.score()


def parcels(seed: int) -> Case:
    """Draw a day of six depots, of which one loses parcels from an hour on."""
    draw = Random(seed)
    depot, onset = draw.choice(DEPOTS), draw.randint(4, 16)
    hours = {name: _hours(draw, onset if name == depot else 24) for name in DEPOTS}
    notes = [_note(draw, name, hour) for name in DEPOTS for hour in draw.sample(range(24), 4)]
    notes.append(_note(draw, depot, onset))
    notes.sort(key=lambda note: (note["hour"], note["id"]))
    return Case({"hours": hours, "notes": notes}, {"depot": depot, "onset": onset})


def _hours(draw: Random, onset: int) -> dict[str, list[int]]:
    came = [draw.randint(20, 60) for _ in range(24)]
    lost = [draw.randint(0, 1) if hour < onset else draw.randint(3, 9) for hour in range(24)]
    return {"in": came, "out": [n - k for n, k in zip(came, lost, strict=True)]}


def _note(draw: Random, depot: str, hour: int) -> dict[str, Any]:
    name = f"n-{draw.getrandbits(32):08x}"
    return {"id": name, "hour": hour, "depot": depot, "text": draw.choice(TEXTS)}


@case_task(parcels, sealed=SEALED)
def loss_record(learner: Learner, case: Case) -> Score:
    """Want depot, onset, loss and evidence of the learner's own case."""
    ladder = Ladder(learner)
    hours, notes = case.public["hours"], {note["id"]: note for note in case.public["notes"]}
    with ladder.step("the form", 1):
        found = record(
            learner.call("loss_record", case.public),
            {"depot": str, "onset": int, "lost": int, "evidence": list},
            "the record",
        )
        require(found["depot"] in hours, "the record names no depot of this case")
        require(0 <= found["onset"] < 24, "the onset is no hour of the day")
    with ladder.step("the evidence", 2, after="the form"):
        cited = found["evidence"]
        known = all(isinstance(name, str) and name in notes for name in cited)
        require(bool(cited) and known, "a cited note does not exist in this case")
        places = {notes[name]["depot"] for name in cited}
        require(places == {found["depot"]}, "a cited note is about another depot")
    with ladder.step("the loss", 2, after="the form"):
        day = hours[found["depot"]]
        gone = [a - b for a, b in zip(day["in"], day["out"], strict=True)]
        lost = sum(gone[found["onset"] :])
        equal(found["lost"], lost, "parcels lost at this depot from this hour on")
    with ladder.step("the depot", 3, after="the evidence"):
        equal(found["depot"], case.truth["depot"], "the depot")
    with ladder.step("the onset", 2, after="the depot"):
        equal(found["onset"], case.truth["onset"], "the onset")
    return ladder.score()
