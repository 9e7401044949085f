"""What a model does wrong when a fault plan says so, whatever it would have said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from autograder.provider.bounds import cut, spoken
from autograder.provider.completion import Completion
from autograder.provider.prompt import ToolCall
from autograder.provider.tokens import pieces

__all__ = ["SORRY", "acted_out"]

SORRY: Final = "I'm sorry, but I can't help with that."
_NO_CALLS: Final[tuple[ToolCall, ...]] = ()


def acted_out(completion: Completion, fault: str) -> Completion:
    """Return the completion with a fault of the kind "behaviour" acted out in it.

    `hidden["fault"]` says which. A fault in a tool's call leaves a completion
    without one as it is.
    """
    changed = _ACTS[fault](completion)
    return replace(changed, hidden={**changed.hidden, "fault": fault})


def _length(said: Completion) -> Completion:
    return cut(said, max(spoken(said) // 2, 1))


def _filter(said: Completion) -> Completion:
    return replace(_length(said), tool_calls=_NO_CALLS, finish_reason="content_filter")


def _silent(said: Completion) -> Completion:
    return replace(
        said,
        text="",
        pieces=(),
        logprobs=(),
        tool_calls=_NO_CALLS,
        refusal="",
        finish_reason="stop",
    )


def _refusal(said: Completion) -> Completion:
    return replace(_silent(said), refusal=SORRY)


def _first_call(change: Callable[[ToolCall], ToolCall]) -> Callable[[Completion], Completion]:
    def changed(said: Completion) -> Completion:
        if not said.tool_calls:
            return said
        first, *rest = said.tool_calls
        return replace(said, tool_calls=(change(first), *rest))

    return changed


def _broken(call: ToolCall) -> ToolCall:
    """Take the last brace away."""
    return replace(call, arguments=call.arguments.rstrip()[:-1])


def _mistyped(call: ToolCall) -> ToolCall:
    """Put a number where text belongs, and text where anything else does."""
    try:
        arguments: Any = json.loads(call.arguments)
    except ValueError:
        return call
    if not isinstance(arguments, dict) or not arguments:
        return replace(call, arguments='{"value": [null]}')
    name, value = next(iter(arguments.items()))
    arguments[name] = 42 if isinstance(value, str) else json.dumps(value)
    return replace(call, arguments=json.dumps(arguments))


def _unknown(call: ToolCall) -> ToolCall:
    return replace(call, name=f"{call.name}_v2")


def _structured(change: Callable[[ToolCall], ToolCall]) -> Callable[[Completion], Completion]:
    """Do to a reply's JSON what another fault does to a tool's arguments."""

    def changed(said: Completion) -> Completion:
        if not said.text.lstrip().startswith("{"):
            return said
        text = change(ToolCall("", "", said.text)).arguments
        return replace(said, text=text, pieces=pieces(text), logprobs=())

    return changed


_ACTS: Final[dict[str, Callable[[Completion], Completion]]] = {
    "length": _length,
    "filter": _filter,
    "refusal": _refusal,
    "empty": _silent,
    "json-broken": _structured(_broken),
    "json-type": _structured(_mistyped),
    "tool-json": _first_call(_broken),
    "tool-type": _first_call(_mistyped),
    "tool-unknown": _first_call(_unknown),
}
