"""Choose one of the labels, or of the routes, that the prompt names."""

from __future__ import annotations

from autograder.provider.behaviour import effects
from autograder.provider.behaviour.labels import Label
from autograder.provider.behaviour.reading import Shot
from autograder.provider.behaviour.sentences import content_stems, overlap
from autograder.provider.behaviour.task import Outcome, Task

__all__ = ["CONFUSED", "likeness", "reply"]

# A wrong label is the likeliest other one this often, otherwise any other.
CONFUSED = 0.7


def reply(task: Task) -> Outcome:
    """Say the label: the true one, or one that resembles it."""
    names = [label.name for label in task.reading.labels]
    ranked = _ranked(task)
    known = task.truth(task.reading.family, task.reading.item)
    true = str(known) if known is not None and str(known) in names else ranked[0]
    p = effects.right(task.card, task.features)
    right = task.happens("right", p)
    said = true if right else _confused(task, [name for name in ranked if name != true], true)
    return Outcome(said, said, task.given_item("right", p), right, hidden={"truth": true})


def _confused(task: Task, others: list[str], true: str) -> str:
    if not others:
        return true
    if task.draws.chance("confused", CONFUSED):
        return others[0]
    return task.draws.choice("any label", others)


def _ranked(task: Task) -> list[str]:
    """Return the labels by likeness to the item, the first of equals first."""
    labels = task.reading.labels
    scores = {
        label.name: likeness(task.reading.item, label, task.reading.shots) for label in labels
    }
    return sorted(scores, key=lambda name: -scores[name])


def likeness(item: str, label: Label, shots: tuple[Shot, ...] = ()) -> float:
    """Return how much of a label's name, description and nearest example an item has.

    The name counts double. This is the documented reading where no key knows
    the truth; a world that wants other truths gives a key.
    """
    given = content_stems(item)
    near = max(
        (overlap(content_stems(s.given), given) for s in shots if s.wanted == label.name),
        default=0.0,
    )
    described = content_stems(label.describes)
    shared = len(described & given) / (len(described) ** 0.5) if described else 0.0
    return 2 * overlap(content_stems(label.name), given) + shared + near
