"""Embed texts at /v1/embeddings: real vectors of all-MiniLM-L6-v2, in the shapes of the API."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import anyio
from anyio.to_thread import run_sync
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from autograder.provider import tokens
from autograder.provider.completion import Usage
from autograder.provider.vectors import ModelsAbsent, encoder
from autograder.provider.wire.body import read
from autograder.provider.wire.call import Draft, draft_of
from autograder.provider.wire.errors import ApiError, invalid_value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from autograder.provider.card import Card
    from autograder.provider.engine import Provider

__all__ = ["EmbeddingRequest", "routes"]

_MOST_INPUTS: Final = 2_048
_MOST_TOKENS: Final = 300_000  # of one request
_VOCABULARY: Final = 30_522

_Token = Annotated[int, Field(ge=0, lt=_VOCABULARY)]
_Tokens = Annotated[list[_Token], Field(min_length=1, max_length=_MOST_TOKENS)]


def _kind(given: Any) -> str:
    """Tell by its first element what an input is meant as."""
    first = given[0] if isinstance(given, list) and given else None
    if isinstance(first, list):
        return "token lists"
    if isinstance(first, int):
        return "tokens"
    return "texts" if isinstance(given, list) else "text"


_Input = Annotated[
    Annotated[str, Tag("text")]
    | Annotated[list[str], Field(min_length=1, max_length=_MOST_INPUTS), Tag("texts")]
    | Annotated[_Tokens, Tag("tokens")]
    | Annotated[list[_Tokens], Field(min_length=1, max_length=_MOST_INPUTS), Tag("token lists")],
    Discriminator(_kind),
]


class EmbeddingRequest(BaseModel):
    """The body of POST /v1/embeddings."""

    model_config = ConfigDict(extra="forbid", strict=True)

    input: _Input
    model: str
    dimensions: Annotated[int, Field(ge=1)] | None = None
    encoding_format: Literal["float", "base64"] = "float"
    user: str | None = None


def routes(provider: Provider) -> list[BaseRoute]:
    """Return the route of /v1/embeddings."""
    one_at_a_time = anyio.CapacityLimiter(1)

    async def create(request: Request) -> Response:
        asked = await read(request, EmbeddingRequest)
        card = _card(provider, asked)
        texts = _texts(asked.input)
        used = _counted(card, texts)
        draft = draft_of(request.scope)
        if not draft.batch:
            provider.limiter.charge(draft, card, used.prompt)
        try:
            rows = await run_sync(encoder().encode, texts, limiter=one_at_a_time)
        except ModelsAbsent as err:
            raise ApiError(503, str(err), "server_error", "models_not_installed") from None
        shown = _shown(asked, card, rows, used)
        _note(draft, provider, asked, card, used)
        draft.reply = {key: value for key, value in shown.items() if key != "data"}
        return JSONResponse(shown)

    return [Route("/v1/embeddings", create, methods=["POST"])]


def _card(provider: Provider, asked: EmbeddingRequest) -> Card:
    card = provider.card(asked.model, "embedding")
    if asked.dimensions is not None and asked.dimensions > card.dimensions:
        raise invalid_value(
            f"Invalid value for 'dimensions' = {asked.dimensions}. "
            f"Must be less than or equal to {card.dimensions}.",
            None,
            None,
        )
    return card


def _texts(given: Any) -> list[str]:
    """Return the input as texts: token ids are read back with the models' tokenizer."""
    if isinstance(given, str) or isinstance(given[0], int):
        given = [given]
    texts = [one if isinstance(one, str) else tokens.decode(one) for one in given]
    if "" in texts:
        raise ApiError(400, "Invalid 'input': input cannot be an empty string.", param="input")
    return texts


def _counted(card: Card, texts: Sequence[str]) -> Usage:
    """Return the usage; raise where a text or the request is too long."""
    counts = [tokens.count(text) for text in texts]
    for number, count in enumerate(counts):
        if count > card.context_window:
            raise ApiError(
                400,
                f"Invalid 'input[{number}]': maximum context length is {card.context_window} "
                f"tokens, however you requested {count} tokens.",
                param=f"input[{number}]",
            )
    if sum(counts) > _MOST_TOKENS:
        raise ApiError(
            400,
            f"Requested {sum(counts)} tokens, max {_MOST_TOKENS} tokens per request",
            "max_tokens_per_request",
            "max_tokens_per_request",
        )
    return Usage(prompt=sum(counts), completion=0)


def _shown(
    asked: EmbeddingRequest, card: Card, rows: NDArray[np.float32], used: Usage
) -> dict[str, Any]:
    cut = _shortened(rows, asked.dimensions or card.dimensions)
    return {
        "object": "list",
        "data": [
            {
                "object": "embedding",
                "index": number,
                "embedding": _encoded(row, asked.encoding_format),
            }
            for number, row in enumerate(cut)
        ],
        "model": card.version,
        "usage": {"prompt_tokens": used.prompt, "total_tokens": used.prompt},
    }


def _shortened(rows: NDArray[np.float32], dimensions: int) -> NDArray[np.float32]:
    """Return the first numbers of each vector, at length 1 again."""
    if dimensions == rows.shape[1]:
        return rows
    import numpy as np

    cut = rows[:, :dimensions]
    lengths = np.maximum(np.linalg.norm(cut, axis=1, keepdims=True), 1e-12)
    shortened: NDArray[np.float32] = (cut / lengths).astype(np.float32)
    return shortened


def _encoded(row: NDArray[np.float32], encoding: str) -> str | list[float]:
    """Return a vector as numbers, or as base64 of little-endian 32-bit floats."""
    if encoding == "base64":
        return base64.b64encode(row.astype("<f4").tobytes()).decode()
    numbers: list[float] = row.tolist()
    return numbers


def _note(
    draft: Draft, provider: Provider, asked: EmbeddingRequest, card: Card, used: Usage
) -> None:
    draft.model, draft.version, draft.usage = asked.model, card.version, used
    draft.price = provider.price(card, used)
