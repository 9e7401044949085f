"""What the real API refuses although the published schema of a response request allows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from autograder.provider.card import Card
from autograder.provider.prompt import Prompt
from autograder.provider.wire.errors import ApiError, invalid_value
from autograder.provider.wire.response_request import CountRequest, ResponseRequest, SchemaFormat
from autograder.provider.wire.schemas import fault_of

__all__ = ["check"]


_UNSERVED: Final = (
    "access_programs",
    "background_options",
    "context_management",
    "conversation",
    "image",
    "moderation",
    "prompt",
)


def check(asked: CountRequest, card: Card, prompt: Prompt) -> None:
    """Raise the API's 400 for the first rule that a request breaks; `prompt` is what it means."""
    for rule in (_unserved, _parameters, _tools, _choice, _format):
        for fault in rule(asked, card, prompt):
            raise fault


def _unserved(asked: CountRequest, card: Card, prompt: Prompt) -> Iterator[ApiError]:
    for name in _UNSERVED:
        if getattr(asked, name, None) is not None:
            yield invalid_value(
                f"The practice provider does not serve the parameter '{name}'.",
                name,
                "unsupported_parameter",
            )


def _parameters(asked: CountRequest, card: Card, prompt: Prompt) -> Iterator[ApiError]:
    if prompt.reasoning_effort and not card.reasons:
        yield invalid_value(
            "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
            "reasoning.effort",
            "unsupported_parameter",
        )
    if not isinstance(asked, ResponseRequest):
        return
    most = asked.max_output_tokens
    if most is not None and most > card.max_output:
        yield invalid_value(
            f"Invalid 'max_output_tokens': integer above maximum value. Expected a value <= "
            f"{card.max_output}, but got {most} instead.",
            "max_output_tokens",
            "integer_above_max_value",
        )
    if asked.stream_options is not None and not asked.stream:
        yield invalid_value(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            "stream_options",
            None,
        )
    if asked.background and asked.store is False:
        yield invalid_value("Background mode requires 'store' to be true.", "background", None)


def _tools(asked: CountRequest, card: Card, prompt: Prompt) -> Iterator[ApiError]:
    for number, tool in enumerate(asked.tools or ()):
        strict = tool.strict is not False
        empty = tool.parameters is None or (not strict and not tool.parameters)
        fault = "" if empty else fault_of(tool.parameters, strict)
        if fault:
            yield invalid_value(
                f"Invalid schema for function '{tool.name}': {fault}",
                f"tools[{number}].parameters",
                "invalid_function_parameters",
            )


def _choice(asked: CountRequest, card: Card, prompt: Prompt) -> Iterator[ApiError]:
    chosen, names = prompt.tool_choice, {tool.name for tool in prompt.tools}
    if chosen == "required" and not names:
        yield invalid_value(
            "Tool choice 'required' must be specified with 'tools' parameter.", "tool_choice", None
        )
    if chosen not in ("auto", "none", "required", *names):
        yield invalid_value(
            f"Tool choice '{chosen[:100]}' not found in 'tools' parameter.", "tool_choice", None
        )


def _format(asked: CountRequest, card: Card, prompt: Prompt) -> Iterator[ApiError]:
    form = asked.text.format if asked.text else None
    if isinstance(form, SchemaFormat):
        fault = fault_of(form.schema_, bool(form.strict))
        if fault:
            yield invalid_value(
                f"Invalid schema for response_format '{form.name}': {fault}",
                "text.format.schema",
                "invalid_json_schema",
            )
    if prompt.json_mode and not any("json" in one.text.lower() for one in prompt.messages):
        yield invalid_value(
            "Response input messages must contain the word 'json' in some form to use "
            "'text.format' of type 'json_object'.",
            "input",
            None,
        )
