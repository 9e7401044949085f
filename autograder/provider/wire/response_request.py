"""The body of POST /v1/responses, and what of it a model is given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from autograder.provider.prompt import Message, Prompt, Tool
from autograder.provider.wire.errors import ApiError
from autograder.provider.wire.request import Metadata
from autograder.provider.wire.response_items import Item, messages_of

__all__ = [
    "CompactRequest",
    "CountRequest",
    "ResponseRequest",
    "SchemaFormat",
    "prompt_of",
]

_Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
_Include = Literal[
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
]


class _Record(BaseModel):
    """Take what is named here and refuse the rest, as the real API does."""

    model_config = ConfigDict(extra="forbid", strict=True)


class FunctionTool(_Record):
    """A function that the model may call."""

    type: Literal["function"]
    name: Annotated[str, Field(min_length=1, max_length=64, pattern="^[a-zA-Z0-9_-]+$")]
    parameters: dict[str, Any] | None = None
    strict: bool | None = None
    description: str | None = None


class _Named(_Record):
    type: Literal["function"]
    name: str


class _Plain(_Record):
    type: Literal["text", "json_object"]


class SchemaFormat(_Record):
    """A reply that follows a JSON schema."""

    type: Literal["json_schema"]
    name: Annotated[str, Field(min_length=1, max_length=64, pattern="^[a-zA-Z0-9_-]+$")]
    # `schema` is a method of BaseModel.
    schema_: Annotated[dict[str, Any], Field(alias="schema")]
    description: str | None = None
    strict: bool | None = None


class _TextConfig(_Record):
    format: Annotated[_Plain | SchemaFormat, Field(discriminator="type")] = _Plain(type="text")
    verbosity: Literal["low", "medium", "high"] | None = None


class _Reasoning(_Record):
    effort: _Effort | None = None
    summary: Literal["auto", "concise", "detailed"] | None = None
    generate_summary: Literal["auto", "concise", "detailed"] | None = None
    context: Literal["auto", "current_turn", "all_turns"] | None = None
    mode: Literal["standard", "pro"] | None = None


class _CacheOptions(_Record):
    mode: Literal["implicit", "explicit"] | None = None
    ttl: Literal["30m", "12h"] | None = None
    comparison_response_id: str | None = None
    prewarm: bool | None = None


class _StreamOptions(_Record):
    include_obfuscation: bool = True


class CountRequest(_Record):
    """The body of POST /v1/responses/input_tokens.

    `conversation`, and what `ResponseRequest` takes as `Any`, is known here only
    to be refused by name: the rules do that.
    """

    model: str
    input: str | list[Item] | None = None
    instructions: str | None = None
    previous_response_id: str | None = None
    tools: list[FunctionTool] | None = None
    tool_choice: Literal["none", "auto", "required"] | _Named | None = None
    conversation: Any = None
    parallel_tool_calls: bool | None = None
    reasoning: _Reasoning | None = None
    text: _TextConfig | None = None
    truncation: Literal["auto", "disabled"] | None = None


class ResponseRequest(CountRequest):
    """The body of POST /v1/responses.

    Accepted without an effect on what a practice model says: `max_tool_calls`,
    `prompt_cache_options`, `prompt_cache_retention`, `safety_identifier`,
    `service_tier`, the summary, context and mode of `reasoning`, `verbosity`, and
    the obfuscation of streams.
    """

    access_programs: Any = None
    background: bool | None = None
    background_options: Any = None
    context_management: Any = None
    image: Any = None
    include: list[_Include] | None = None
    max_output_tokens: Annotated[int, Field(ge=16)] | None = None
    max_tool_calls: Annotated[int, Field(ge=1)] | None = None
    metadata: Metadata | None = None
    moderation: Any = None
    prompt: Any = None
    prompt_cache_key: Annotated[str, Field(max_length=64)] | None = None
    prompt_cache_options: _CacheOptions | None = None
    prompt_cache_retention: Literal["in_memory", "24h"] | None = None
    safety_identifier: Annotated[str, Field(max_length=128)] | None = None
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast"] | None = None
    store: bool | None = None
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    user: str | None = None


class CompactRequest(_Record):
    """The body of POST /v1/responses/compact."""

    model: str
    input: str | list[Item] | None = None
    instructions: str | None = None
    previous_response_id: str | None = None
    prompt_cache_key: Annotated[str, Field(max_length=64)] | None = None
    prompt_cache_options: _CacheOptions | None = None
    prompt_cache_retention: Literal["in_memory", "24h"] | None = None
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast"] | None = None


def prompt_of(request: CountRequest | CompactRequest, items: Iterable[Item]) -> Prompt:
    """Translate a request whose input, with all that came before it, is `items`."""
    messages = [*_instructions(request), *messages_of(items)]
    if isinstance(request, CompactRequest):
        return Prompt(tuple(messages), cache_key=request.prompt_cache_key or "")
    if not messages:
        raise ApiError(
            400,
            "Missing required parameter: 'input'.",
            code="missing_required_parameter",
            param="input",
        )
    return _prompt(request, tuple(messages))


def _prompt(request: CountRequest, messages: tuple[Message, ...]) -> Prompt:
    form = request.text.format if request.text else _Plain(type="text")
    full = request if isinstance(request, ResponseRequest) else None
    wants_logprobs = full is not None and "message.output_text.logprobs" in (full.include or ())
    return Prompt(
        messages,
        tools=tuple(
            Tool(tool.name, tool.description or "", tool.parameters or {}, tool.strict is not False)
            for tool in request.tools or ()
        ),
        tool_choice=_choice(request),
        parallel_tool_calls=request.parallel_tool_calls is not False,
        schema=form.schema_ if isinstance(form, SchemaFormat) else None,
        schema_name=form.name if isinstance(form, SchemaFormat) else "",
        strict=isinstance(form, SchemaFormat) and bool(form.strict),
        json_mode=form.type == "json_object",
        temperature=1.0 if full is None or full.temperature is None else full.temperature,
        top_p=1.0 if full is None or full.top_p is None else full.top_p,
        max_tokens=full.max_output_tokens if full else None,
        top_logprobs=(full.top_logprobs or 0) if full and wants_logprobs else None,
        reasoning_effort=(request.reasoning.effort if request.reasoning else None) or "",
        cache_key=(full.prompt_cache_key if full else None) or "",
        user=(full.user if full else None) or "",
    )


def _choice(request: CountRequest) -> str:
    chosen = request.tool_choice
    return chosen.name if isinstance(chosen, _Named) else chosen or "auto"


def _instructions(request: CountRequest | CompactRequest) -> list[Message]:
    return [Message("developer", request.instructions)] if request.instructions else []
