"""Judges hold against every plain value a learner's code can send back."""

import random

import pytest

from autograder import content
from autograder.authoring.room import Limits, Room, replay
from autograder.channel import encode
from autograder.errors import JudgeBroken

NUMBERS = [True, 0, -1, 2**63 - 1, 1e308, -0.0]
TEXTS = [None, "", "x" * 1000, "nan"]
NESTED = [[], [[]], [None], {}, {"": None}, {"a": [1, {"b": 2}]}, [1, "1", 1.0], [[1, 2], [3]]]
ODD = [*NUMBERS, *TEXTS, *NESTED, ["a", "a"]]


class Perturbed:
    """Pass requests on and swap one leaf, or the whole, of each reply for an odd value."""

    def __init__(self, inner, draw, odd):
        self._inner, self._draw, self._odd = inner, draw, encode(odd)

    def ask(self, request):
        reply = dict(self._inner.ask(request))
        if "ok" in reply:
            reply["ok"] = self._swap(reply["ok"])
        return reply

    def serve(self, provider):
        return self._inner.serve(provider)

    def _swap(self, wire):
        inside = isinstance(wire, list | dict) and wire and self._draw.random() < 0.8
        if inside and isinstance(wire, list):
            at = self._draw.randrange(len(wire))
            return [*wire[:at], self._swap(wire[at]), *wire[at + 1 :]]
        if inside and isinstance(wire.get("d"), dict) and wire["d"]:
            key = self._draw.choice(list(wire["d"]))
            return {"d": {**wire["d"], key: self._swap(wire["d"][key])}}
        return self._odd


@pytest.mark.slow
@pytest.mark.parametrize("lesson", content.course().ready, ids=lambda lesson: lesson.id)
def test_no_reply_breaks_a_judge(lesson):
    """An odd value in place of a right one costs the learner points, never the judge its wits."""
    room = Room.open(lesson)

    def run(submission, judge, transport, emit):
        draw = random.Random(submission.task.id)
        for odd in ODD:
            for seed in (1, 2):
                try:
                    judge.score(Perturbed(transport, draw, odd), seed)
                except JudgeBroken as err:
                    emit(f"{odd!r}: {err} <- {err.__cause__!r}")

    references = [s for t in lesson.tasks for s in room.submissions(t) if s.seat == "reference"]
    assert len(references) == len(lesson.tasks)
    broken = []
    for submission, said, ended in replay(room, references, run, Limits()):
        broken += [f"{submission.task.id}: {line}" for line in said] + [ended] * bool(ended)
    assert broken == []
