"""The items of a response's input: what they may be, and the messages that they stand for."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from autograder.provider.prompt import Message, ToolCall
from autograder.provider.wire.errors import ApiError

__all__ = ["Item", "ReferenceItem", "items_of", "messages_of", "sealed", "shown_items"]

_SUMMARY = "Summary of the conversation so far: "


class _Loose(BaseModel):
    """Take an item as it came back from an earlier response, with all that it carries."""

    model_config = ConfigDict(extra="allow", strict=True)

    id: str | None = None


class _TextPart(_Loose):
    type: Literal["input_text", "output_text", "text"]
    text: str


class _RefusalPart(_Loose):
    type: Literal["refusal"]
    refusal: str


class _Part(_Loose):
    """A part that no practice model can read: an image, a file, sound."""

    type: Literal["input_image", "input_file", "input_audio"]


_Content = Annotated[_TextPart | _RefusalPart | _Part, Field(discriminator="type")]


class MessageItem(_Loose):
    """A turn of the conversation."""

    type: Literal["message"] = "message"
    role: Literal["user", "assistant", "system", "developer"]
    content: str | list[_Content]


class CallItem(_Loose):
    """A function that the model asked for, sent back."""

    type: Literal["function_call"]
    call_id: str
    name: str
    arguments: str


class OutputItem(_Loose):
    """What a function that the model asked for returned."""

    type: Literal["function_call_output"]
    call_id: str
    output: str | list[_Content]


class ReasoningItem(_Loose):
    """What a model thought: it travels with the conversation and is not read again."""

    type: Literal["reasoning"]


class ReferenceItem(BaseModel):
    """A stored item, by its id."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["item_reference"]
    id: str


class CompactionItem(_Loose):
    """What /v1/responses/compact made of a conversation."""

    type: Literal["compaction"]
    encrypted_content: str


def _type(item: Any) -> Any:
    given = item.get("type") if isinstance(item, Mapping) else getattr(item, "type", None)
    return given or "message"


Item = Annotated[
    Annotated[MessageItem, Tag("message")]
    | Annotated[CallItem, Tag("function_call")]
    | Annotated[OutputItem, Tag("function_call_output")]
    | Annotated[ReasoningItem, Tag("reasoning")]
    | Annotated[ReferenceItem, Tag("item_reference")]
    | Annotated[CompactionItem, Tag("compaction")],
    Discriminator(_type),
]


def items_of(given: str | Sequence[Item] | None) -> list[Item]:
    """Return the input as items: a string is one user's message."""
    if isinstance(given, str):
        return [MessageItem(role="user", content=given)]
    return list(given or ())


def shown_items(items: Iterable[Item]) -> list[dict[str, Any]]:
    """Return items as the API shows them: a string of a message becomes its one part."""
    return [_shown(item) for item in items]


def messages_of(items: Iterable[Item]) -> list[Message]:
    """Turn items into messages; calls join the assistant's message that they follow."""
    messages: list[Message] = []
    open_calls: list[str] = []
    for item in items:
        if isinstance(item, MessageItem):
            messages.append(Message(item.role, _text(item.content)))
        elif isinstance(item, CallItem):
            _add_call(messages, ToolCall(item.call_id, item.name, item.arguments))
            open_calls.append(item.call_id)
        elif isinstance(item, OutputItem):
            _close_call(open_calls, item.call_id)
            messages.append(Message("tool", _text(item.output), call_id=item.call_id))
        elif isinstance(item, CompactionItem):
            messages.append(Message("developer", _SUMMARY + _opened(item.encrypted_content)))
    if open_calls:
        raise _in_input(f"No tool output found for function call {open_calls[0]}.")
    return messages


def _add_call(messages: list[Message], call: ToolCall) -> None:
    if messages and messages[-1].role == "assistant":
        messages[-1] = replace(messages[-1], tool_calls=(*messages[-1].tool_calls, call))
    else:
        messages.append(Message("assistant", "", tool_calls=(call,)))


def _close_call(open_calls: list[str], call_id: str) -> None:
    if call_id not in open_calls:
        raise _in_input(f"No tool call found for function call output with call_id {call_id}.")
    open_calls.remove(call_id)


def _text(content: str | Iterable[Any]) -> str:
    return content if isinstance(content, str) else "\n".join(_part_text(part) for part in content)


def _part_text(part: Any) -> str:
    if isinstance(part, _TextPart):
        return part.text
    if isinstance(part, _RefusalPart):
        return part.refusal
    raise _in_input(f"This model does not support '{part.type}' content.")


def _in_input(message: str) -> ApiError:
    return ApiError(400, message, param="input")


def sealed(text: str) -> str:
    """Return a summary as the opaque content of a compaction item; opaque, not secret."""
    return base64.b64encode(text.encode()).decode()


def _opened(content: str) -> str:
    try:
        return base64.b64decode(content, validate=True).decode()
    except ValueError:
        raise _in_input("The encrypted content of a compaction item could not be read.") from None


def _shown(item: Item) -> dict[str, Any]:
    shown = item.model_dump(exclude_none=True)
    if isinstance(item, MessageItem):
        kind = "output_text" if item.role == "assistant" else "input_text"
        if isinstance(item.content, str):
            shown["content"] = [{"type": kind, "text": item.content}]
        shown["content"] = [_shown_part(part) for part in shown["content"]]
    return {"status": "completed", **shown}


def _shown_part(part: Mapping[str, Any]) -> dict[str, Any]:
    return {**({"annotations": []} if part["type"] == "output_text" else {}), **part}
