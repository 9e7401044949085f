"""The provider itself: models that answer prompts, with tokens, prices and latencies."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal

from autograder.provider import tokens
from autograder.provider.bounds import bounded, spoken
from autograder.provider.card import Card, aliases
from autograder.provider.card import cards as all_cards
from autograder.provider.clock import Clock, WallClock
from autograder.provider.completion import Completion, Pace, Usage
from autograder.provider.draws import Draws
from autograder.provider.faults.plan import CALM, FaultPlan, Injection
from autograder.provider.ledger import Ledger
from autograder.provider.mishaps import acted_out
from autograder.provider.prefixes import PromptCache
from autograder.provider.prices import price, price_row
from autograder.provider.prompt import Message, Prompt
from autograder.provider.store import Store
from autograder.provider.wire.errors import ApiError, model_not_found
from autograder.provider.wire.limits import Limiter, Streams

if TYPE_CHECKING:
    from autograder.provider.behaviour.key import AnswerKey

__all__ = ["Answer", "Provider"]

_CONTENTS = 16_384  # different requests whose repetitions are counted one by one


@dataclass(frozen=True)
class Answer:
    """What a model said to a prompt, and what that takes.

    `completions` are the n choices, which are made side by side: `pace` is the
    pace of each. `price` is in US dollars at the time of the call.
    """

    card: Card
    completions: tuple[Completion, ...]
    usage: Usage
    pace: Pace
    price: Decimal
    fingerprint: str

    @property
    def text(self) -> str:
        """Return the first choice's text."""
        return self.completions[0].text

    @property
    def seconds(self) -> float:
        """Return the seconds until the last token of the longest choice."""
        visible = [spoken(one) - one.reasoning_tokens for one in self.completions]
        return self.pace.total(max(visible))


class Provider:
    """Answer prompts as the models on the cards do; safe to use from several threads.

    `seed` decides everything that chance does. A request with a seed, or at
    temperature 0, is answered alike every time, but for the share that the card
    publishes as `noise.nondeterminism`; any other is drawn anew each time that
    it comes, the same way in every provider of the same seed. A model whose
    card says so ignores the request's seed.

    `clock` is the time that prices, caches, limits and latencies go by; without
    one, real time with no latencies. `faults` is a plan or its notation. `key`
    holds the truth of items that a world knows. The last `keep` calls stay in
    the ledger. `aliases` are the undated names and the versions they stand for;
    changing one is a silent change of version.

    A key among `refused_keys` gets the error for a wrong key; any other is taken.
    """

    def __init__(
        self,
        seed: int = 0,
        clock: Clock | None = None,
        faults: FaultPlan | str | None = None,
        key: AnswerKey | None = None,
        keep: int = 10_000,
        *,
        cards: Mapping[str, Card] | None = None,
        refused_keys: Collection[str] = ("invalid",),
    ) -> None:
        self.seed = seed
        self.clock: Clock = clock or WallClock(0)
        plan = FaultPlan.parse(faults, seed) if isinstance(faults, str) else faults
        self.faults = plan or FaultPlan()
        self.key = key
        self.cards = all_cards() if cards is None else cards
        self.aliases = dict(aliases())
        self.refused_keys = frozenset(refused_keys)
        self.ledger = Ledger(keep)
        self.store = Store()
        self.limiter = Limiter(self.clock)
        self.streams = Streams()
        self._cache = PromptCache()
        self._attempts = _Attempts()

    def card(self, model: str, kind: Literal["chat", "embedding"] = "chat") -> Card:
        """Return the card of a version or an alias; raise the API's 404 for another name."""
        found = self.cards.get(self.aliases.get(model, model))
        if found is not None and found.kind == kind:
            return found
        if found is not None:
            raise _wrong_kind(found)
        raise model_not_found(model)

    def answer(self, model: str, prompt: Prompt | str, injection: Injection = CALM) -> Answer:
        """Return what a model says to a prompt, or to a text from a user.

        Raise `ApiError` where there is no such model or the prompt does not fit
        its context window. `injection` is what a fault plan wants to go wrong.
        """
        card = self.card(injection.version or model)
        prompt = Prompt((Message("user", prompt),)) if isinstance(prompt, str) else prompt
        size = tokens.count_messages(prompt.messages, prompt.tools)
        most = _room(card, prompt, size)
        digest = _digest(card, prompt)
        attempt = self._attempts.next(digest)
        said = self._say(card, prompt, self._draws(card, prompt, digest, attempt))
        if injection.behaviour:
            said = tuple(acted_out(one, injection.behaviour) for one in said)
        completions = tuple(bounded(one, prompt.stop, most) for one in said)
        usage = self._usage(card, prompt, size, completions)
        draws = Draws(self.seed, digest, attempt, "pace")
        return Answer(
            card,
            completions,
            usage,
            _pace(card, usage, draws, injection.slow),
            self.price(card, usage, injection),
            card.fingerprint,
        )

    def price(self, card: Card, usage: Usage, injection: Injection = CALM) -> Decimal:
        """Return US dollars for a usage, now."""
        return price(card.version, usage, self.clock.now()) * injection.price

    def partial(
        self, answer: Answer, made: int, injection: Injection = CALM
    ) -> tuple[Usage, Decimal]:
        """Return usage and price of an answer of which only `made` tokens were made.

        `made` counts what can be seen; reasoning came before it and is paid.
        """
        usage = replace(
            answer.usage,
            completion=min(answer.usage.reasoning + made, answer.usage.completion),
        )
        return usage, self.price(answer.card, usage, injection)

    def next_request(self) -> tuple[int, str]:
        """Return the number and the id of a request that has just come in."""
        number = self.ledger.number()
        name = f"{self.seed}:{number}".encode()
        return number, f"req_{blake2b(name, digest_size=16).hexdigest()}"

    def _draws(self, card: Card, prompt: Prompt, digest: str, attempt: int) -> Draws:
        afresh = Draws(self.seed, digest, attempt)
        seeded = prompt.seed is not None and card.honours_seed
        if (seeded or prompt.temperature == 0) and not afresh.chance(
            "nondeterminism", card["noise.nondeterminism"]
        ):
            return Draws(self.seed, digest, 0)
        return afresh

    def _say(self, card: Card, prompt: Prompt, draws: Draws) -> tuple[Completion, ...]:
        from autograder.provider.behaviour import respond

        warm = prompt.temperature > 0  # at temperature 0 all choices are alike
        return tuple(
            respond(card, prompt, draws.within("choice", number if warm else 0), self.key)
            for number in range(prompt.n)
        )

    def _usage(
        self, card: Card, prompt: Prompt, size: int, completions: tuple[Completion, ...]
    ) -> Usage:
        now = self.clock.now()
        cached, added = self._cache.read(card, prompt, size, now)
        billed = added and price_row(card.version, now)["cache_write_mtok"] is not None
        return Usage(
            prompt=size,
            completion=sum(spoken(one) for one in completions),
            cached=cached,
            cache_written=added if billed else 0,
            reasoning=sum(one.reasoning_tokens for one in completions),
        )


class _Attempts:
    """Count how often each request has come: 1, 2, 3, ...

    Where there are too many different ones, the least recent is forgotten; then
    unknown requests count from the largest number that was, so that no answer
    is given twice for want of memory.
    """

    def __init__(self, keep: int = _CONTENTS) -> None:
        self.keep = keep
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._forgotten = 0
        self._lock = threading.Lock()

    def next(self, digest: str) -> int:
        with self._lock:
            count = self._counts.pop(digest, self._forgotten) + 1
            self._counts[digest] = count
            if len(self._counts) > self.keep:
                _, lost = self._counts.popitem(last=False)
                self._forgotten = max(self._forgotten, lost)
        return count


def _digest(card: Card, prompt: Prompt) -> str:
    """Hash what may change what is said.

    The ids of calls are names only; bounds, stop sequences and n change what is
    shown, not what is said.
    """
    turns = [
        (turn.role, turn.text, turn.name, [(one.name, one.arguments) for one in turn.tool_calls])
        for turn in prompt.messages
    ]
    shape = (prompt.schema, prompt.strict, prompt.json_mode, prompt.reasoning_effort)
    tools = (prompt.tools, prompt.tool_choice, prompt.parallel_tool_calls)
    chance = (prompt.temperature, prompt.top_p, prompt.seed if card.honours_seed else None)
    said = repr((card.version, turns, shape, tools, chance))
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _room(card: Card, prompt: Prompt, size: int) -> int:
    """Return the most tokens that a reply may have; raise where the prompt leaves no room."""
    wanted = prompt.max_tokens or 0
    if size > card.context_window:
        raise _too_long(card, f"your messages resulted in {size} tokens", "messages")
    if size + wanted > card.context_window:
        parts = f"({size} in the messages, {wanted} in the completion)"
        asked = f"you requested {size + wanted} tokens {parts}"
        raise _too_long(card, asked, "messages or completion")
    free = min(card.max_output, max(card.context_window - size, 1))
    return min(wanted, free) if prompt.max_tokens else free


def _too_long(card: Card, found: str, what: str) -> ApiError:
    return ApiError(
        400,
        f"This model's maximum context length is {card.context_window} tokens. "
        f"However, {found}. Please reduce the length of the {what}.",
        code="context_length_exceeded",
        param="messages",
    )


def _wrong_kind(card: Card) -> ApiError:
    if card.kind == "embedding":
        return ApiError(
            404,
            "This is not a chat model and thus not supported in the v1/chat/completions endpoint. "
            "Did you mean to use v1/embeddings?",
            param="model",
        )
    return ApiError(403, f"You are not allowed to generate embeddings from {card.version}")


def _pace(card: Card, usage: Usage, draws: Draws, slow: float) -> Pace:
    """Draw the latency of one call; reasoning is over before the first token."""
    read = (usage.prompt - usage.cached) / 1000
    median = card["latency.first_median"] + card["latency.per_1k_prompt"] * read
    per_token = slow * draws.lognormal(
        "token", card["latency.token_median"], card["latency.token_sigma"]
    )
    first = slow * draws.lognormal("first", median, card["latency.first_sigma"])
    return Pace(first + per_token * usage.reasoning, per_token)
