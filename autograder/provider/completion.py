"""What a model says: one choice, its tokens, and the truth about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from autograder.provider.prompt import ToolCall

__all__ = ["Completion", "FinishReason", "Pace", "TokenLogprob", "Usage"]

FinishReason = Literal["stop", "length", "tool_calls", "content_filter"]
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class TokenLogprob:
    """A token of the reply, its log probability, and the alternatives with theirs."""

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Pace:
    """When a reply's tokens leave: seconds to the first, then seconds for each further one."""

    first_token: float
    per_token: float

    def total(self, tokens: int) -> float:
        """Return the seconds until the last of `tokens` tokens."""
        return self.first_token + self.per_token * max(tokens - 1, 0)


@dataclass(frozen=True)
class Usage:
    """Tokens of one call, as it is billed. `prompt` includes `cached`, `completion` `reasoning`."""

    prompt: int
    completion: int
    cached: int = 0
    cache_written: int = 0
    reasoning: int = 0

    @property
    def total(self) -> int:
        """Return prompt and completion together."""
        return self.prompt + self.completion


@dataclass(frozen=True)
class Completion:
    """One choice of a reply.

    `pieces` are the reply's tokens in order; joined they are `text`. `hidden`
    is the truth that only the provider's owner sees: the task family, whether
    the reply is right, which sentence is unsupported, what an injection did.
    """

    text: str
    pieces: tuple[str, ...]
    finish_reason: FinishReason = "stop"
    tool_calls: tuple[ToolCall, ...] = ()
    refusal: str = ""
    reasoning_tokens: int = 0
    logprobs: tuple[TokenLogprob, ...] = ()
    hidden: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
