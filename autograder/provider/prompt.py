"""What a model is given, in one form for both wire formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Message", "Prompt", "Role", "Tool", "ToolCall"]

Role = Literal["system", "developer", "user", "assistant", "tool"]


@dataclass(frozen=True)
class ToolCall:
    """One call of a tool that a model asks for; `arguments` is JSON text as the model wrote it."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class Message:
    """One turn. `call_id` is set on a tool's result, `tool_calls` on an assistant's turn."""

    role: Role
    text: str
    name: str = ""
    call_id: str = ""
    tool_calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True)
class Tool:
    """A function that the model may call; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    strict: bool = False


@dataclass(frozen=True)
class Prompt:
    """Everything of a request that may change what a model says.

    `tool_choice` is "auto", "none", "required" or a tool's name. `schema` is
    the JSON schema of a structured reply, which `strict` enforces while the reply
    is written; `json_mode` asks for any JSON object.
    `max_tokens` bounds the reply, reasoning included. `seed` is the request's
    own; `cache_key` and `user` change nothing that is said.
    """

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    parallel_tool_calls: bool = True
    schema: Mapping[str, Any] | None = None
    schema_name: str = ""
    strict: bool = False
    json_mode: bool = False
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    n: int = 1
    top_logprobs: int | None = None
    reasoning_effort: str = ""
    cache_key: str = ""
    user: str = ""
