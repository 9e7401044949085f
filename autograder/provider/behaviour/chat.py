"""Reply to anything else: shortly, and honestly about what is replying."""

from __future__ import annotations

from autograder.provider.behaviour.prose import length, opening
from autograder.provider.behaviour.task import Claim, Outcome, Task

__all__ = ["ABILITIES", "reply"]

ABILITIES = (
    "I answer questions from passages that you give me.",
    "I choose a label or a route from a list.",
    "I fill a JSON schema from a text.",
    "I compare two answers, or score one.",
    "I call the tools that you describe.",
    "I summarise a text by its own sentences.",
    "My skill, my biases and my prices are published numbers.",
    "What holds for me need not hold for a real model.",
    "I know nothing that is not in your prompt.",
    "Give me passages and a question to see me work.",
)


def reply(task: Task) -> Outcome:
    """Say what this is and what it can do."""
    first = f"I am {task.card.version}, a simulated practice model."
    start = task.draws.integer("ability", 0, len(ABILITIES) - 1)
    more = [ABILITIES[(start + n) % len(ABILITIES)] for n in range(length(task))]
    claims = tuple(Claim(text, True) for text in (first, *more))
    text = opening(task) + " ".join(claim.text for claim in claims)
    return Outcome(text, text, 1.0, True, claims)
