"""Cards that never err or always do, and prompts in one line, for tests of the practice models."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autograder.provider.card import Card, card
from autograder.provider.prompt import Message, Prompt

__all__ = ["SMALL", "changed", "flawed", "perfect", "said"]

SMALL = card("practice-small")
_RATES = (
    "grounding.hallucinates",
    "grounding.needless",
    "refusal.",
    "output.malformed",
    "injection.",
)


def changed(**values: float) -> Card:
    """Return the small model with other parameters; `judge__tpr` stands for `judge.tpr`."""
    named = {name.replace("__", "."): value for name, value in values.items()}
    return replace(SMALL, parameters={**SMALL.parameters, **named})


def perfect(**values: float) -> Card:
    """Return a model that is right, says one sentence in no voice of its own, and obeys nobody."""
    told = {name: 0.0 for name in SMALL.parameters if name.startswith(_RATES)}
    told |= {name: 30.0 for name in SMALL.parameters if name.startswith("skill.")}
    told |= {"judge.tpr": 1.0, "judge.tnr": 1.0, "judge.acuity": 20.0, "judge.position": 0.0}
    told |= {"judge.leniency": 0.0, "judge.noise": 0.0, "judge.length": 0.0, "judge.self": 0.0}
    told |= {"output.sentences": 0.0, "output.voice": 0.0, "tools.repeats": 0.0}
    told |= {"grounding.abstains": 1.0, "grounding.citation": 1.0}
    named = {name.replace("__", "."): value for name, value in values.items()}
    return replace(SMALL, parameters={**SMALL.parameters, **told, **named})


def flawed(**values: float) -> Card:
    """Return a model that is otherwise perfect and gets every task wrong."""
    return perfect(
        **{n.replace(".", "__"): -30.0 for n in SMALL.parameters if "skill." in n} | values
    )


def said(*turns: tuple[str, str], **options: Any) -> Prompt:
    """Return a prompt of role and text pairs, at temperature 0 unless it says otherwise."""
    messages = tuple(Message(role, text) for role, text in turns)  # type: ignore[arg-type]  # roles
    return Prompt(messages, **{"temperature": 0.0, **options})
