"""How a model talks: its openings, its further sentences, and what it makes up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograder.provider.behaviour import effects
from autograder.provider.behaviour.mistakes import unsupported
from autograder.provider.behaviour.task import Claim, Task

__all__ = ["addition", "further", "length", "opening", "prose"]


def opening(task: Task) -> str:
    """Return one of the model's phrases, as often as `output.voice` says, or ""."""
    if "brief" in task.reading.cues or not task.draws.chance("voice", task.card["output.voice"]):
        return ""
    return task.draws.choice("which voice", task.card.voice)


def length(task: Task) -> int:
    """Draw how many sentences follow the first one: Poisson, fewer where brevity is asked for."""
    factor = task.card["output.brief"] if "brief" in task.reading.cues else 1.0
    return task.draws.poisson("sentences", task.card["output.sentences"] * factor)


def further(task: Task, supported: Sequence[str]) -> Sequence[str]:
    """Return the supported sentences that follow the first, as far as there are any."""
    return supported[: length(task)]


def addition(task: Task, given: str, said: Sequence[Claim]) -> Claim | None:
    """Return an unsupported sentence where the model adds one."""
    if not task.happens("hallucinates", effects.hallucinates(task.card, task.features)):
        return None
    made = unsupported(given, [one.text for one in said], task.draws.within("addition"))
    return Claim(made, False)


def prose(claims: Iterable[Claim]) -> str:
    """Return sentences in a row, each with the passage it cites."""
    return " ".join(f"{one.text} [{one.cited}]" if one.cited else one.text for one in claims)
