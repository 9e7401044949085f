"""The body of POST /v1/chat/completions, and what of it a model is given."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from autograder.provider.prompt import Message, Prompt, Tool, ToolCall

__all__ = [
    "ChatRequest",
    "FunctionTool",
    "Metadata",
    "SchemaFormat",
    "TurnIn",
    "choice_of",
    "prompt_of",
]

_Name = Annotated[str, Field(min_length=1, max_length=64, pattern="^[a-zA-Z0-9_-]+$")]
Metadata = Annotated[
    dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]],
    Field(max_length=16),
]
_LARGEST = 2**63 - 1


class _Record(BaseModel):
    """Take what is named here, of the type that is named, and refuse the rest."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _TextPart(_Record):
    type: Literal["text"]
    text: str
    prompt_cache_breakpoint: dict[str, Any] | None = None


class _RefusalPart(_Record):
    type: Literal["refusal"]
    refusal: str


class _OtherPart(BaseModel):
    """A part that no practice model reads; the rules refuse it."""

    model_config = ConfigDict(extra="allow")

    type: Literal["image_url", "input_audio", "file"]


_Part = Annotated[_TextPart | _RefusalPart | _OtherPart, Field(discriminator="type")]


class _CalledFunction(_Record):
    name: str
    arguments: str


class _Called(_Record):
    id: str
    type: Literal["function"]
    function: _CalledFunction


class TurnIn(_Record):
    """One message; which fields go with which role is the rules' business."""

    role: Literal["system", "assistant", "user", "function", "tool", "developer"]
    content: str | Annotated[list[_Part], Field(min_length=1)] | None = None
    name: str | None = None
    tool_calls: Annotated[list[_Called], Field(min_length=1, max_length=128)] | None = None
    tool_call_id: str | None = None
    refusal: str | None = None
    annotations: list[dict[str, Any]] | None = None
    audio: dict[str, Any] | None = None
    function_call: _CalledFunction | None = None

    @property
    def text(self) -> str:
        """Return all of its text."""
        if isinstance(self.content, str):
            return self.content
        texts = [_text(part) for part in self.content or ()]
        return "\n".join([*texts, self.refusal] if self.refusal else texts)


class _Function(_Record):
    name: _Name
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class FunctionTool(_Record):
    """A function that the model may call."""

    type: Literal["function"]
    function: _Function


class _LegacyFunction(_Record):
    name: _Name
    description: str | None = None
    parameters: dict[str, Any] | None = None


class _FunctionName(_Record):
    name: str


class _Named(_Record):
    type: Literal["function"]
    function: _FunctionName


class _Allowance(_Record):
    mode: Literal["auto", "required"]
    tools: list[_Named]


class _Allowed(_Record):
    type: Literal["allowed_tools"]
    allowed_tools: _Allowance


_Choice = (
    Literal["none", "auto", "required"] | Annotated[_Named | _Allowed, Field(discriminator="type")]
)


class _PlainFormat(_Record):
    type: Literal["text", "json_object"]


class _Schema(_Record):
    name: _Name
    description: str | None = None
    # `schema` is a method of BaseModel.
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None
    strict: bool | None = None


class SchemaFormat(_Record):
    """A reply that follows a JSON schema."""

    type: Literal["json_schema"]
    json_schema: _Schema


class _StreamOptions(_Record):
    include_usage: bool | None = None
    include_obfuscation: bool | None = None


class _Prediction(_Record):
    type: Literal["content"]
    content: str | list[_TextPart]


class _CacheOptions(_Record):
    mode: Literal["implicit", "explicit"] | None = None
    ttl: Literal["30m"] | None = None


class ChatRequest(_Record):
    """The body, as the published schema describes it.

    Accepted without an effect on what a practice model says: the penalties,
    `logit_bias`, `prediction`, `verbosity`, `service_tier`, `safety_identifier`,
    and how long a cache is to last.
    """

    model: str
    messages: Annotated[list[TurnIn], Field(min_length=1, max_length=2048)]
    audio: dict[str, Any] | None = None
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    function_call: Literal["none", "auto"] | _FunctionName | None = None
    functions: Annotated[list[_LegacyFunction], Field(min_length=1, max_length=128)] | None = None
    logit_bias: dict[str, Annotated[int, Field(ge=-100, le=100)]] | None = None
    logprobs: bool | None = None
    max_completion_tokens: int | None = None
    max_tokens: int | None = None
    metadata: Metadata | None = None
    modalities: list[Literal["text"]] | None = None
    moderation: dict[str, Any] | None = None
    n: Annotated[int, Field(ge=1, le=128)] | None = None
    parallel_tool_calls: bool | None = None
    prediction: _Prediction | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    prompt_cache_key: Annotated[str, Field(max_length=64)] | None = None
    prompt_cache_options: _CacheOptions | None = None
    prompt_cache_retention: Literal["in_memory", "24h"] | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = (
        None
    )
    response_format: Annotated[_PlainFormat | SchemaFormat, Field(discriminator="type")] | None = (
        None
    )
    safety_identifier: Annotated[str, Field(max_length=64)] | None = None
    seed: Annotated[int, Field(ge=-_LARGEST - 1, le=_LARGEST)] | None = None
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast"] | None = None
    stop: str | Annotated[list[str], Field(min_length=1, max_length=4)] | None = None
    store: bool | None = None
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    tool_choice: _Choice | None = None
    tools: Annotated[list[FunctionTool], Field(min_length=1, max_length=128)] | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    user: str | None = None
    verbosity: Literal["low", "medium", "high"] | None = None
    web_search_options: dict[str, Any] | None = None

    @property
    def most(self) -> int | None:
        """Return the bound on the reply's tokens, under whichever name it came."""
        return self.max_completion_tokens or self.max_tokens or None

    @property
    def legacy(self) -> bool:
        """Tell whether calls are to come back as the old `function_call`."""
        return self.functions is not None and self.tools is None


def prompt_of(asked: ChatRequest) -> Prompt:
    """Return what a model is given."""
    form = asked.response_format
    schema = form.json_schema if isinstance(form, SchemaFormat) else None
    stop = asked.stop or ()
    return Prompt(
        tuple(_message(turn) for turn in asked.messages),
        tools=_tools(asked),
        tool_choice=choice_of(asked),
        parallel_tool_calls=asked.parallel_tool_calls is not False and not asked.legacy,
        schema=schema.schema_ or {} if schema else None,
        schema_name=schema.name if schema else "",
        strict=bool(schema and schema.strict),
        json_mode=form is not None and form.type == "json_object",
        temperature=1.0 if asked.temperature is None else asked.temperature,
        top_p=1.0 if asked.top_p is None else asked.top_p,
        seed=asked.seed,
        max_tokens=asked.most,
        stop=(stop,) if isinstance(stop, str) else tuple(stop),
        n=asked.n or 1,
        top_logprobs=(asked.top_logprobs or 0) if asked.logprobs else None,
        reasoning_effort=asked.reasoning_effort or "",
        cache_key=asked.prompt_cache_key or "",
        user=asked.user or "",
    )


def _message(turn: TurnIn) -> Message:
    calls = tuple(
        ToolCall(call.id, call.function.name, call.function.arguments)
        for call in turn.tool_calls or ()
    )
    if turn.function_call is not None:
        calls = (ToolCall("", turn.function_call.name, turn.function_call.arguments),)
    role = "tool" if turn.role == "function" else turn.role
    return Message(role, turn.text, turn.name or "", turn.tool_call_id or "", calls)


def _text(part: _TextPart | _RefusalPart | _OtherPart) -> str:
    if isinstance(part, _TextPart):
        return part.text
    return part.refusal if isinstance(part, _RefusalPart) else ""


def _tools(asked: ChatRequest) -> tuple[Tool, ...]:
    if asked.legacy:
        return tuple(
            Tool(one.name, one.description or "", one.parameters or {})
            for one in asked.functions or ()
        )
    declared = [tool.function for tool in asked.tools or ()]
    allowed = _allowed(asked)
    return tuple(
        Tool(one.name, one.description or "", one.parameters or {}, bool(one.strict))
        for one in declared
        if allowed is None or one.name in allowed
    )


def _allowed(asked: ChatRequest) -> set[str] | None:
    if not isinstance(asked.tool_choice, _Allowed):
        return None
    return {tool.function.name for tool in asked.tool_choice.allowed_tools.tools}


def choice_of(asked: ChatRequest) -> str:
    """Return which tool is to be called: "auto", "none", "required" or a name."""
    if asked.legacy:
        called = asked.function_call
        return called.name if isinstance(called, _FunctionName) else called or "auto"
    chosen = asked.tool_choice
    if isinstance(chosen, _Named):
        return chosen.function.name
    if isinstance(chosen, _Allowed):
        return chosen.allowed_tools.mode
    return chosen or "auto"
