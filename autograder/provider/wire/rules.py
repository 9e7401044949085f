"""What the real API refuses although the published schema of a chat request allows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from autograder.provider.card import Card
from autograder.provider.wire.errors import ApiError, invalid_value, missing
from autograder.provider.wire.request import ChatRequest, SchemaFormat, TurnIn, choice_of
from autograder.provider.wire.schemas import fault_of

__all__ = ["check"]


def check(asked: ChatRequest, card: Card) -> None:
    """Raise the API's 400 for the first rule that a request breaks."""
    for rule in _RULES:
        for fault in rule(asked, card):
            raise fault


def _bounds(asked: ChatRequest, card: Card) -> Iterator[ApiError]:
    if asked.max_tokens is not None and asked.max_completion_tokens is not None:
        yield invalid_value(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            "max_tokens",
            "invalid_parameter_combination",
        )
    for name in ("max_tokens", "max_completion_tokens"):
        most = getattr(asked, name)
        if most is not None and most < 1:
            yield invalid_value(
                f"Invalid '{name}': integer below minimum value. Expected a value >= 1, "
                f"but got {most} instead.",
                name,
                "integer_below_min_value",
            )
        if most is not None and most > card.max_output:
            yield invalid_value(
                f"{name} is too large: {most}. This model supports at most {card.max_output} "
                f"completion tokens, whereas you provided {most}.",
                name,
            )


def _needs(asked: ChatRequest, card: Card) -> Iterator[ApiError]:
    """Yield an error for each parameter that means nothing without another."""
    if asked.top_logprobs is not None and not asked.logprobs:
        yield invalid_value(
            "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
            "top_logprobs",
            None,
        )
    if asked.stream_options is not None and not asked.stream:
        yield invalid_value(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            "stream_options",
            None,
        )
    for name, partner in (
        ("tool_choice", "tools"),
        ("parallel_tool_calls", "tools"),
        ("function_call", "functions"),
    ):
        if getattr(asked, name) is not None and getattr(asked, partner) is None:
            yield invalid_value(
                f"Invalid value for '{name}': '{name}' is only allowed when '{partner}' are "
                "specified.",
                name,
                None,
            )
    if asked.tools is not None and asked.functions is not None:
        yield invalid_value("'functions' and 'tools' cannot both be specified.", "tools", None)


def _unsupported(asked: ChatRequest, card: Card) -> Iterator[ApiError]:
    if asked.reasoning_effort is not None and not card.reasons:
        yield ApiError(400, "Unrecognized request argument supplied: reasoning_effort")
    for name in ("web_search_options", "audio", "moderation"):
        if getattr(asked, name) is not None:
            yield invalid_value(f"Unknown parameter: '{name}'.", name, "unknown_parameter")
    for key in asked.logit_bias or ():
        if not (key.isascii() and key.isdigit()):
            yield invalid_value(
                f"Invalid key in 'logit_bias': {key[:100]}. You should only be submitting "
                "non-negative integers.",
                "logit_bias",
                None,
            )


def _formats(asked: ChatRequest, card: Card) -> Iterator[ApiError]:
    form = asked.response_format
    if form is not None and form.type == "json_object":
        texts = (turn.text.lower() for turn in asked.messages)
        if not any("json" in text for text in texts):
            yield invalid_value(
                "'messages' must contain the word 'json' in some form, to use 'response_format' "
                "of type 'json_object'.",
                "messages",
                None,
            )
    if isinstance(form, SchemaFormat):
        schema = form.json_schema
        if schema.schema_ is None:
            yield missing("response_format.json_schema.schema")
        fault = fault_of(schema.schema_, bool(schema.strict))
        if fault:
            yield invalid_value(
                f"Invalid schema for response_format '{schema.name}': {fault}",
                "response_format",
                None,
            )


def _tools(asked: ChatRequest, card: Card) -> Iterator[ApiError]:
    names: set[str] = set()
    for number, tool in enumerate(asked.tools or ()):
        function = tool.function
        strict = bool(function.strict)
        empty = function.parameters is None or (not strict and not function.parameters)
        fault = "" if empty else fault_of(function.parameters, strict)
        if fault:
            yield invalid_value(
                f"Invalid schema for function '{function.name}': {fault}",
                f"tools[{number}].function.parameters",
                "invalid_function_parameters",
            )
        names.add(function.name)
    names.update(one.name for one in asked.functions or ())
    wanted = choice_of(asked)
    if wanted not in ("auto", "none", "required", *names):
        yield invalid_value(
            f"Invalid value for 'tool_choice': no function named {wanted[:100]} was specified in "
            "the 'tools' parameter.",
            "tool_choice",
            None,
        )


def _roles(asked: ChatRequest, card: Card) -> Iterator[ApiError]:
    for number, turn in enumerate(asked.messages):
        at = f"messages[{number}]"
        silent = turn.tool_calls or turn.function_call or turn.refusal or turn.audio
        if turn.content is None and not (turn.role == "assistant" and silent):
            yield _null(at)
        if turn.tool_calls is not None and turn.role != "assistant":
            yield invalid_value(
                f"Unknown parameter: '{at}.tool_calls'.", f"{at}.tool_calls", "unknown_parameter"
            )
        if turn.role == "tool" and turn.tool_call_id is None:
            yield missing(f"{at}.tool_call_id")
        if turn.role == "function" and turn.name is None:
            yield missing(f"{at}.name")
        yield from _parts(number, turn)


def _null(at: str) -> ApiError:
    return invalid_value(
        "Invalid value for 'content': expected a string, got null.", f"{at}.content", None
    )


def _parts(number: int, turn: TurnIn) -> Iterator[ApiError]:
    for index, part in enumerate(turn.content if isinstance(turn.content, list) else ()):
        readable = ("text", "refusal") if turn.role == "assistant" else ("text",)
        if part.type not in readable:
            yield invalid_value(
                f"Invalid content type. {part.type} is only supported by certain models.",
                f"messages.[{number}].content.[{index}].type",
                None,
            )


def _answers(asked: ChatRequest, card: Card) -> Iterator[ApiError]:
    """Yield an error where calls and results do not follow each other."""
    open_calls: dict[str, int] = {}
    may_answer = False
    for number, turn in enumerate(asked.messages):
        if turn.role == "tool":
            if not may_answer:
                yield _no_call(number)
            elif turn.tool_call_id not in open_calls:
                yield _unknown_call(number, turn)
            open_calls.pop(turn.tool_call_id or "", None)
            continue
        if open_calls:
            yield _unanswered(number, open_calls)
        open_calls = {call.id: number for call in turn.tool_calls or ()}
        may_answer = bool(open_calls)
    if open_calls:
        yield _unanswered(len(asked.messages), open_calls)


def _no_call(number: int) -> ApiError:
    return invalid_value(
        "Invalid parameter: messages with role 'tool' must be a response to a preceeding message "
        "with 'tool_calls'.",
        f"messages.[{number}].role",
        None,
    )


def _unknown_call(number: int, turn: TurnIn) -> ApiError:
    return invalid_value(
        f"Invalid parameter: 'tool_call_id' of '{turn.tool_call_id}' not found in 'tool_calls' of "
        "previous message.",
        f"messages.[{number}].tool_call_id",
        None,
    )


def _unanswered(number: int, open_calls: dict[str, int]) -> ApiError:
    return invalid_value(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to "
        "each 'tool_call_id'. The following tool_call_ids did not have response messages: "
        f"{', '.join(open_calls)}",
        f"messages.[{number}].role",
        None,
    )


_RULES: tuple[Callable[[ChatRequest, Card], Iterator[ApiError]], ...] = (
    _bounds,
    _needs,
    _unsupported,
    _formats,
    _tools,
    _roles,
    _answers,
)
