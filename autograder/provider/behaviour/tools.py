"""Call the tools that a request needs, and stop when their results suffice.

The plan is read off the request: each of its clauses calls the tool whose name,
description and parameters share most words with it, once for each value that a
required parameter finds there. A call whose required values are in nobody's
words waits for the results so far. With `parallel_tool_calls`, all calls that
are ready go out together; without, one at a time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from autograder.provider.behaviour import effects
from autograder.provider.behaviour.blocks import Block
from autograder.provider.behaviour.evidence import find
from autograder.provider.behaviour.extract import spoiled
from autograder.provider.behaviour.fields import value_of
from autograder.provider.behaviour.kinds import candidates, kind_of
from autograder.provider.behaviour.prose import addition, opening, prose
from autograder.provider.behaviour.schemas import (
    options,
    properties,
    required,
    resolved,
    type_of,
)
from autograder.provider.behaviour.sentences import content_stems, sentences
from autograder.provider.behaviour.structured import conformed
from autograder.provider.behaviour.task import Claim, Outcome, Task
from autograder.provider.draws import Draws
from autograder.provider.prompt import Message, Tool, ToolCall

__all__ = ["WRONG", "Step", "called", "plan", "reply"]

# What a wrong call is. With a strict tool, one that lacks an argument has a wrong one instead.
WRONG = {"argument": 0.45, "tool": 0.25, "missing": 0.15, "extra": 0.15}
_CLAUSE = re.compile(r"(?<=[.?!;])\s+|\s*;\s*|,?\s+(?:and then|then|and also|also|and)\s+|\n+")
_FAILED = re.compile(r"\b(?:error|failed|not found|invalid|exception|timed? ?out|denied)\b", re.I)
_SOUGHT = re.compile(r"query|keyword|topic|term|subject|search", re.IGNORECASE)
_TOPIC = re.compile(r"\b(?:about|for|on|regarding|concerning)\s+(?:the )?(\S.*)", re.IGNORECASE)
_ENOUGH = 0.5  # below it, no tool fits
_MOST = 8  # calls in one request's plan


@dataclass(frozen=True)
class Step:
    """One call of a plan."""

    name: str
    arguments: Mapping[str, Any]


def reply(task: Task) -> Outcome:
    """Make the calls that are still to be made, or else say what came of them."""
    chosen = task.prompt.tool_choice
    steps = plan(task)
    done = _done(task)
    left = _left(steps, done)
    forced = chosen == "required" or chosen in {tool.name for tool in task.prompt.tools}
    if not left and forced and not done:
        left = [_forced(task)]
    if not left and done and task.draws.chance("repeats", task.card["tools.repeats"]):
        return _calls(task, [done[-1]], steps, len(done), repeats=True)
    if not left:
        return _closing(task, steps, done)
    ready = left if task.prompt.parallel_tool_calls else left[:1]
    return _calls(task, ready, steps, len(done))


def plan(task: Task) -> list[Step]:
    """Return the calls that the request needs, as far as they can be known by now."""
    tools = {tool.name: tool for tool in task.prompt.tools}
    chosen = task.prompt.tool_choice
    if chosen in tools:
        tools = {chosen: tools[chosen]}
    known = task.truth("tools", task.reading.item)
    if known is not None:
        return [Step(str(one["name"]), dict(one["arguments"])) for one in known]
    results = "\n".join(message.text for message in task.reading.results)
    steps: list[Step] = []
    tool = None
    for clause in (part for part in _CLAUSE.split(task.reading.item) if part.strip()):
        tool = _fitting(clause, tuple(tools.values()), tool)
        if tool is not None:
            steps += _steps(tool, clause, task.reading.item, results)
    unique = {json.dumps([s.name, s.arguments], sort_keys=True, default=str): s for s in steps}
    return list(unique.values())[:_MOST]


def _fitting(clause: str, tools: Sequence[Tool], before: Tool | None) -> Tool | None:
    """Return the tool that shares most with a clause; a bare value goes to the tool before.

    A word of the tool's name counts 2, a required value of its kind 1, and the
    words of its description and its parameters' names 1 together at most.
    """
    wanted = content_stems(clause)
    best, found = 0.0, None
    for tool in tools:
        name, described = _vocabulary(
            tool.name, tool.description, " ".join(properties(tool.parameters))
        )
        shared = 2 * len(wanted & name) + len(wanted & described) / (len(described) + 1) ** 0.5
        again = tool is before and len(clause.split()) <= 4  # "and in Paris"
        score = shared + _has_values(tool, clause, again) + 0.1 * (tool is before)
        if score > best:
            best, found = score, tool
    return found if best >= _ENOUGH else None


def _has_values(tool: Tool, clause: str, names: bool) -> bool:
    """Tell whether a clause holds a value for a required parameter of a telling kind."""
    needed = required(tool.parameters)
    kinds = {kind_of(name, resolved(properties(tool.parameters).get(name), {})) for name in needed}
    return any(
        candidates(kind, clause)
        for kind in kinds - {"", "summary"} - (set() if names else {"name"})
    )


@lru_cache(maxsize=1_024)
def _vocabulary(name: str, describes: str, fields: str) -> tuple[frozenset[str], frozenset[str]]:
    return content_stems(name), content_stems(f"{describes} {fields}")


def _steps(tool: Tool, clause: str, request: str, results: str) -> Iterator[Step]:
    """Yield one call for each value of the first required argument that has several."""
    arguments = _arguments(tool, clause, request, results)
    if arguments is None:
        return
    for name in required(tool.parameters):
        field = resolved(properties(tool.parameters).get(name), tool.parameters)
        several = candidates(kind_of(name, field), clause) if type_of(field) == "string" else []
        if len(several) > 1 and kind_of(name, field) != "name":
            yield from (Step(tool.name, {**arguments, name: one}) for one in several)
            return
    yield Step(tool.name, arguments)


def _arguments(tool: Tool, clause: str, request: str, results: str) -> dict[str, Any] | None:
    """Read the arguments off the clause, the request, or the results; None while one is missing."""
    schema, found = tool.parameters, dict[str, Any]()
    needed = required(schema)
    for name, field in properties(tool.parameters).items():
        places = (clause, request, results) if name in needed else (clause,)
        value = next((v for text in places if (v := _argument(name, field, text, schema))), None)
        if value is None and name in needed:
            value = _free_text(name, field, schema, clause)
        if value is None and name in needed:
            return None
        if value is not None:
            found[name] = value
    return found


def _argument(name: str, field: Any, text: str, schema: Mapping[str, Any]) -> Any:
    value = value_of(name, field, text, schema) if text else None
    return None if value in ([], {}, "", False) else value


def _free_text(name: str, field: Any, schema: Mapping[str, Any], clause: str) -> Any:
    """Give a required text its clause, where no kind of field says what to look for."""
    inner = resolved(field, schema)
    if type_of(inner) == "boolean":
        return False
    known = options(inner) or kind_of("", inner)
    if type_of(inner) != "string" or known:
        return None
    topic = _TOPIC.search(clause) if _SOUGHT.search(name) else None
    return (topic[1] if topic else clause).strip(" .?!\"'")


def _done(task: Task) -> list[Step]:
    """Return the calls since the request whose results are no errors, in order."""
    results = {message.call_id: message.text for message in task.reading.results}
    made = []
    for message in _since_request(task.prompt.messages):
        for call in message.tool_calls:
            text = results.get(call.id)
            if text is not None and not _FAILED.search(text[:200]):
                made.append(Step(call.name, _parsed(call.arguments)))
    return made


def _since_request(messages: Sequence[Message]) -> Sequence[Message]:
    last = max((n for n, m in enumerate(messages) if m.role == "user"), default=-1)
    return messages[last + 1 :]


def _parsed(arguments: str) -> dict[str, Any]:
    try:
        held = json.loads(arguments)
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}


def _left(steps: Sequence[Step], done: Sequence[Step]) -> list[Step]:
    """Return the planned calls that have not been made; a call with a slip in it counts as made."""
    open_calls = list(done)
    left = []
    for step in steps:
        same = next((one for one in open_calls if one == step), None)
        if same is not None:
            open_calls.remove(same)
        else:
            left.append(step)
    return left[len(open_calls) :]


def _forced(task: Task) -> Step:
    """Return a call of the tool that must be called although nothing in the request asks for it."""
    named = [tool for tool in task.prompt.tools if tool.name == task.prompt.tool_choice]
    tool = (named or list(task.prompt.tools))[0]
    request = task.reading.item
    read = {
        name: value_of(name, field, request, tool.parameters)
        for name, field in properties(tool.parameters).items()
    }
    held = conformed(
        {k: v for k, v in read.items() if v is not None}, tool.parameters, tool.parameters
    )
    return Step(tool.name, held if isinstance(held, dict) else {})


def _calls(
    task: Task, steps: Sequence[Step], planned: Sequence[Step], made: int, repeats: bool = False
) -> Outcome:
    p = effects.right(task.card, task.features)
    calls, told = [], []
    for number, step in enumerate(steps, made):
        right = task.happens("right", p, part=str(number))
        draws = task.draws.within("call", number)
        said, kind = (step, "") if right else _wrong(task, step, draws)
        calls.append(called(said, draws))
        told.append({"name": step.name, "arguments": dict(step.arguments), "mistake": kind})
    right = all(not one["mistake"] for one in told) and not repeats
    hidden = {
        "calls": told,
        "plan": [{"name": one.name, "arguments": dict(one.arguments)} for one in planned],
        "repeats": repeats,
    }
    return Outcome(
        "", "", task.given_item("right", p), right, tool_calls=tuple(calls), hidden=hidden
    )


def called(step: Step, draws: Draws) -> ToolCall:
    """Return a step as a call with an id."""
    identity = f"call_{draws.integer('id', 0, 16**12 - 1):012x}"
    return ToolCall(identity, step.name, json.dumps(dict(step.arguments), ensure_ascii=False))


def _wrong(task: Task, step: Step, draws: Draws) -> tuple[Step, str]:
    """Return a call with one mistake in it, and the mistake's kind."""
    tool = next((one for one in task.prompt.tools if one.name == step.name), None)
    others = [one.name for one in task.prompt.tools if one.name != step.name]
    kind = draws.weighted("wrong", WRONG)
    if kind == "tool" and others:
        return Step(draws.choice("tool", others), step.arguments), kind
    names = sorted(step.arguments)
    if kind == "extra" or not names:
        if tool is None or not tool.strict:
            return Step(step.name, {**step.arguments, "verbose": True}), "extra"
        return (
            (Step(draws.choice("tool", others), step.arguments), "tool") if others else (step, "")
        )
    name = draws.choice("argument", names)
    if kind == "missing" and not (tool is not None and tool.strict):
        return Step(step.name, {k: v for k, v in step.arguments.items() if k != name}), kind
    schema: Mapping[str, Any] = tool.parameters if tool is not None else {}
    field = resolved(properties(schema).get(name), schema)
    value, _ = spoiled(name, field, step.arguments[name], task.reading.item, draws)
    if value is None:
        value = "" if isinstance(step.arguments[name], str) else 0
    return Step(step.name, {**step.arguments, name: value}), "argument"


def _closing(task: Task, steps: Sequence[Step], done: Sequence[Step]) -> Outcome:
    """Answer from the results, or say that no tool fits."""
    told = [
        Block("result", str(n), m.text) for n, m in enumerate(task.reading.results, 1) if m.text
    ]
    hidden = {"plan": [{"name": one.name, "arguments": dict(one.arguments)} for one in steps]}
    if not told:
        text = "None of my tools fits this request."
        return Outcome(text, text, 1.0, not steps, hidden=hidden)
    best = find(task.reading.item, tuple(told))
    held = (
        [best.sentence] if len(told) == 1 and best.sentence else [_first(one.text) for one in told]
    )
    claims = [Claim(text, True, str(n)) for n, text in enumerate(held, 1)]
    if (added := addition(task, "\n".join(one.text for one in told), claims)) is not None:
        claims.append(added)
    text = prose(claims)
    return Outcome(text, opening(task) + text, 1.0, True, tuple(claims), hidden=hidden)


def _first(text: str) -> str:
    """Return a result's first sentence, a JSON object's as it stands."""
    return text if text.lstrip()[:1] in "{[" else next(iter(sentences(text)), text)
