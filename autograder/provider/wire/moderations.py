"""Score texts for harmful content at /v1/moderations: a simulation, by a small published lexicon.

A category's score is 1 - (1 - w1)(1 - w2)... over the lexicon's terms that the
text contains, each with its weight w; without any it is `FLOOR`. A category is
flagged from `THRESHOLD` on. So a text's scores can be worked out by hand, and
the known weaknesses of word lists (negation, quotation, paraphrase) are there
to be found. Images are not looked at: they score `FLOOR`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from autograder.provider.wire.body import read
from autograder.provider.wire.call import draft_of
from autograder.provider.wire.errors import model_not_found

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["FLOOR", "LEXICON", "MODEL", "THRESHOLD", "ModerationRequest", "routes", "scores"]

MODEL: Final = "practice-moderation-2026-08-01"
ALIAS: Final = "practice-moderation"
FLOOR: Final = 0.0001
THRESHOLD: Final = 0.5
_MOST_INPUTS: Final = 2048

# Stems match the beginning of a word; phrases match as they stand.
LEXICON: Final[Mapping[str, Mapping[str, float]]] = {
    "harassment": {"idiot": 0.6, "moron": 0.6, "loser": 0.4, "worthless": 0.4, "shut up": 0.4},
    "harassment/threatening": {"i will find you": 0.7, "watch your back": 0.7, "hurt you": 0.7},
    "hate": {"subhuman": 0.8, "vermin": 0.5, "inferior race": 0.9, "go back to your": 0.6},
    "hate/threatening": {"wipe them out": 0.8, "exterminate": 0.6, "purge them": 0.7},
    "illicit": {"shoplift": 0.6, "launder money": 0.6, "fake passport": 0.6, "pick a lock": 0.4},
    "illicit/violent": {"build a bomb": 0.9, "pipe bomb": 0.8, "untraceable gun": 0.8},
    "self-harm": {"hurt myself": 0.8, "kill myself": 0.9, "suicid": 0.6, "cut myself": 0.8},
    "self-harm/instructions": {"how to hurt myself": 0.9, "how to kill myself": 0.95},
    "self-harm/intent": {"i want to die": 0.8, "i will kill myself": 0.95, "end my life": 0.8},
    "sexual": {"pornograph": 0.7, "explicit sex": 0.8, "nude": 0.5},
    "sexual/minors": {"sexualised child": 0.99, "sexualized child": 0.99},
    "violence": {"kill": 0.5, "murder": 0.6, "stab": 0.6, "shoot": 0.4, "massacre": 0.7},
    "violence/graphic": {"dismember": 0.7, "decapitat": 0.7, "disembowel": 0.8, "gore": 0.5},
}
CATEGORIES: Final = tuple(LEXICON)
# The categories that the real model also reads off images.
_SEEN: Final = frozenset(
    {
        "self-harm",
        "self-harm/instructions",
        "self-harm/intent",
        "sexual",
        "violence",
        "violence/graphic",
    }
)


class _Text(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["text"]
    text: str


class _Address(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    url: str


class _Image(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["image_url"]
    image_url: _Address


_Part = Annotated[_Text | _Image, Field(discriminator="type")]


class ModerationRequest(BaseModel):
    """The body of POST /v1/moderations."""

    model_config = ConfigDict(extra="forbid", strict=True)

    input: (
        str
        | Annotated[list[str], Field(min_length=1, max_length=_MOST_INPUTS)]
        | Annotated[list[_Part], Field(min_length=1, max_length=_MOST_INPUTS)]
    )
    model: str = ALIAS


def routes(provider: Provider) -> list[BaseRoute]:
    """Return the route of /v1/moderations."""

    async def create(request: Request) -> Response:
        asked = await read(request, ModerationRequest)
        if asked.model not in (ALIAS, MODEL):
            raise model_not_found(asked.model)
        draft = draft_of(request.scope)
        draft.model, draft.version = asked.model, MODEL
        draft.reply = {
            "id": f"modr-{draft.request_id.removeprefix('req_')}",
            "model": MODEL,
            "results": results(asked),
        }
        return JSONResponse(draft.reply)

    return [Route("/v1/moderations", create, methods=["POST"])]


def scores(text: str) -> dict[str, float]:
    """Return every category's score of a text."""
    low = " ".join(text.lower().split())
    return {category: _score(low, terms) for category, terms in LEXICON.items()}


def results(request: ModerationRequest) -> list[dict[str, Any]]:
    """Return one result for each text; the parts of a multimodal input are one input."""
    if isinstance(request.input, str):
        return [_result(request.input, ("text",))]
    texts = [part for part in request.input if isinstance(part, str)]
    return [_result(text, ("text",)) for text in texts] or [_multimodal(request.input)]


def _multimodal(parts: list[Any]) -> dict[str, Any]:
    text = "\n".join(part.text for part in parts if isinstance(part, _Text))
    kinds = dict.fromkeys("text" if isinstance(part, _Text) else "image" for part in parts)
    return _result(text, tuple(kinds))


def _result(text: str, kinds: tuple[str, ...]) -> dict[str, Any]:
    scored = scores(text)
    flags = {category: score >= THRESHOLD for category, score in scored.items()}
    return {
        "flagged": any(flags.values()),
        "categories": flags,
        "category_scores": scored,
        "category_applied_input_types": {
            category: [kind for kind in kinds if kind == "text" or category in _SEEN]
            for category in CATEGORIES
        },
    }


def _score(low: str, terms: Mapping[str, float]) -> float:
    missed = 1.0
    for weight in _weights(low, terms):
        missed *= 1 - weight
    return max(FLOOR, round(1 - missed, 6))


def _weights(low: str, terms: Mapping[str, float]) -> Iterator[float]:
    return (weight for term, weight in terms.items() if _pattern(term).search(low))


@lru_cache(maxsize=256)
def _pattern(term: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(term)}")
