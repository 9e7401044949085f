"""The events of a streamed response, in the order and with the numbers of the Responses API.

They follow from the response object alone, so a stored response streams again
as it first did.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograder.provider import tokens

__all__ = ["events"]

_ENDS = {
    "completed": "response.completed",
    "incomplete": "response.incomplete",
    "failed": "response.failed",
    "cancelled": "response.cancelled",
}


def events(response: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each event with the number of tokens that have been made before it leaves.

    A delta carries one token; what only opens or closes a part costs none.
    """
    made = 0
    for number, event in enumerate(_bare(response)):
        made += event["type"].endswith(".delta")
        yield made, {"type": event["type"], "sequence_number": number, **event}


def _bare(response: dict[str, Any]) -> Iterator[dict[str, Any]]:
    empty = {
        **response,
        "status": "in_progress",
        "output": [],
        "usage": None,
        "completed_at": None,
        "incomplete_details": None,
        "error": None,
    }
    yield {"type": "response.created", "response": empty}
    yield {"type": "response.in_progress", "response": empty}
    for index, item in enumerate(response["output"]):
        yield from _item(index, item)
    yield {"type": _ENDS[response["status"]], "response": response}


def _item(index: int, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    at = {"item_id": item["id"], "output_index": index}
    yield _of_item("added", index, _opened(item))
    if item["type"] == "message":
        for number, part in enumerate(item["content"]):
            yield from _part({**at, "content_index": number}, part)
    elif item["type"] == "function_call":
        for piece in tokens.pieces(item["arguments"]):
            yield {"type": "response.function_call_arguments.delta", **at, "delta": piece}
        yield {
            "type": "response.function_call_arguments.done",
            **at,
            "arguments": item["arguments"],
            "name": item["name"],
        }
    yield _of_item("done", index, item)


def _of_item(what: str, index: int, item: dict[str, Any]) -> dict[str, Any]:
    return {"type": f"response.output_item.{what}", "output_index": index, "item": item}


def _opened(item: dict[str, Any]) -> dict[str, Any]:
    if item["type"] == "message":
        return {**item, "status": "in_progress", "content": []}
    if item["type"] == "function_call":
        return {**item, "status": "in_progress", "arguments": ""}
    return item


def _part(at: dict[str, Any], part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    empty = {**part, "refusal": ""} if part["type"] == "refusal" else {**part, "text": ""}
    if "logprobs" in empty:
        empty["logprobs"] = []
    yield {"type": "response.content_part.added", **at, "part": empty}
    yield from _refusal(at, part) if part["type"] == "refusal" else _text(at, part)
    yield {"type": "response.content_part.done", **at, "part": part}


def _refusal(at: dict[str, Any], part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for piece in tokens.pieces(part["refusal"]):
        yield {"type": "response.refusal.delta", **at, "delta": piece}
    yield {"type": "response.refusal.done", **at, "refusal": part["refusal"]}


def _text(at: dict[str, Any], part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    weights = part["logprobs"]
    pieces = [weight["token"] for weight in weights] or tokens.pieces(part["text"])
    for number, piece in enumerate(pieces):
        weight = [weights[number]] if weights else []
        yield {"type": "response.output_text.delta", **at, "delta": piece, "logprobs": weight}
    yield {
        "type": "response.output_text.done",
        **at,
        "text": part["text"],
        "logprobs": weights,
    }
