"""Show the models at /v1/models."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from autograder.provider.wire.errors import ApiError
from autograder.provider.wire.sse import dumped

if TYPE_CHECKING:
    from autograder.provider.card import Card
    from autograder.provider.engine import Provider

__all__ = ["routes"]

OWNER = "practice"
TUNED = "ft:"  # how the name of a tuned model begins; here it is one more alias


def routes(provider: Provider) -> list[BaseRoute]:
    """Return the routes of models: every version, and the undated names that stand for one."""

    def card_of(request: Request) -> tuple[str, Card]:
        name = request.path_params["model"]
        card = provider.cards.get(provider.aliases.get(name, name))
        if card is None:
            raise ApiError(
                404,
                f"The model '{name[:200]}' does not exist",
                code="model_not_found",
                param="model",
            )
        return name, card

    async def every(request: Request) -> Response:
        names = [*provider.aliases, *provider.cards]
        shown = [_shown(name, provider.cards[provider.aliases.get(name, name)]) for name in names]
        return _json({"object": "list", "data": shown})

    async def one(request: Request) -> Response:
        return _json(_shown(*card_of(request)))

    async def delete(request: Request) -> Response:
        name, _ = card_of(request)
        if not name.startswith(TUNED):
            raise ApiError(
                403,
                "You have insufficient permissions for this operation. Only a model that was "
                "tuned for your organization can be deleted.",
            )
        del provider.aliases[name]
        return _json({"id": name, "object": "model", "deleted": True})

    return [
        Route("/v1/models", every, methods=["GET"]),
        Route("/v1/models/{model}", one, methods=["GET"]),
        Route("/v1/models/{model}", delete, methods=["DELETE"]),
    ]


def _shown(name: str, card: Card) -> dict[str, Any]:
    released = datetime.fromisoformat(card.released).replace(tzinfo=UTC)
    return {
        "id": name,
        "object": "model",
        "created": int(released.timestamp()),
        "owned_by": OWNER,
    }


def _json(shown: dict[str, Any]) -> Response:
    return Response(dumped(shown), media_type="application/json")
