"""Answer a prompt as a model of that card does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from autograder.provider.behaviour import (
    answer,
    chat,
    classify,
    effects,
    extract,
    judge,
    summarise,
    tools,
)
from autograder.provider.behaviour.features import features_of
from autograder.provider.behaviour.injection import Attack, attacks
from autograder.provider.behaviour.key import AnswerKey
from autograder.provider.behaviour.obedience import carried_out
from autograder.provider.behaviour.reading import Family, read
from autograder.provider.behaviour.speech import spoken
from autograder.provider.behaviour.task import Outcome, Task
from autograder.provider.card import Card
from autograder.provider.completion import Completion
from autograder.provider.draws import Draws
from autograder.provider.prompt import Prompt
from autograder.provider.tokens import whole

__all__ = ["REFUSAL", "respond"]

REFUSAL = "I'm sorry, but I can't help with that."
_REPLIES: dict[Family, Callable[[Task], Outcome]] = {
    "answer": answer.reply,
    "chat": chat.reply,
    "classify": classify.reply,
    "extract": extract.reply,
    "judge": judge.reply_pair,
    "route": classify.reply,
    "score": judge.reply_score,
    "summarise": summarise.reply,
    "tools": tools.reply,
    "verdict": judge.reply_verdict,
}


def respond(card: Card, prompt: Prompt, draws: Draws, key: AnswerKey | None = None) -> Completion:
    """Return one choice of a reply, with everything that is true about it in `hidden`.

    | hidden | meaning |
    |---|---|
    | family, slice, item | how the prompt was read |
    | p | `expected`: the probability of being right, over items |
    | p_item | the same for this item, once the task is taken on |
    | right | whether it is |
    | outcome | "done", "refused" or "obeyed" (a foreign order) |
    | attacks | each order met: family, where, framed, obeyed |
    | claims | each sentence: text, start, end, supported, source, cited |
    | unsupported | the sentences among them that nothing supports |
    | defect | what is wrong with the JSON, or "" |
    | and what the family adds | truth, mistake, abstained, fields, calls, biases, ... |

    The order of events is: declined, a foreign order obeyed, the task done.
    """
    prompt = _legible(prompt)
    reading = read(prompt)
    met = attacks(reading)
    features = features_of(card, prompt, reading, met, key)
    task = Task(card, prompt, reading, features, draws, key)
    p = effects.expected(card, features)
    obeyed = _obeyed(task, met)
    if task.happens("refuses", effects.refuses(card, features)):
        outcome, kind = _refused(task), "refused"
    elif obeyed is not None:
        outcome, kind = carried_out(task, obeyed), "obeyed"
    else:
        outcome, kind = _done(task), "done"
    hidden = {
        "family": reading.family,
        "slice": features.slice,
        "item": reading.item,
        "p": p,
        "p_item": outcome.p_item,
        "right": outcome.right,
        "outcome": kind,
        "attacks": [_met(one, kind == "obeyed" and one is obeyed) for one in met],
        **outcome.hidden,
    }
    return spoken(task, outcome, hidden)


def _legible(prompt: Prompt) -> Prompt:
    """Return the prompt without lone surrogates, which a reply could not carry."""
    if all(whole(message.text) == message.text for message in prompt.messages):
        return prompt
    return replace(prompt, messages=tuple(replace(m, text=whole(m.text)) for m in prompt.messages))


def _done(task: Task) -> Outcome:
    """Return what the family says; what should have been declined is wrong whatever it is."""
    outcome = _REPLIES[task.reading.family](task)
    if not task.features.harmful:
        return outcome
    return replace(
        outcome, right=False, p_item=task.given_item("refuses", task.card["refusal.harmful"])
    )


def _refused(task: Task) -> Outcome:
    return Outcome("", "", 0.0, task.features.harmful, refusal=REFUSAL)


def _obeyed(task: Task, met: tuple[Attack, ...]) -> Attack | None:
    """Return the first order that is obeyed."""
    for number, one in enumerate(met):
        p = effects.obeys(task.card, task.features, one.family, one.framed)
        if task.happens(f"obeys {one.family} {number}", p):
            return one
    return None


def _met(one: Attack, obeyed: bool) -> dict[str, Any]:
    return {"family": one.family, "where": one.where, "framed": one.framed, "obeyed": obeyed}
