"""Which request meets which fault: scripted rules and random rates, the same in every replay.

`FaultPlan.next(request)` is asked once for every request, before it is carried
out, and answers with an `Injection`. The middleware acts out faults of the
transport and puts the injection into `scope["state"]["fault"]`, where the
engine finds `behaviour`, `slow`, `version` and `price`.

A random fault is drawn from the plan's seed, the request's content and the
number of times that this content has come: not from the order of arrival, so a
concurrent client meets the same faults in every run.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from autograder.errors import RungsError
from autograder.provider.faults.kinds import KINDS, Kind

__all__ = ["CALM", "Fault", "FaultPlan", "Injection", "PlanError", "Request", "Rule"]

_MOST_CONTENTS = 100_000


class PlanError(RungsError):
    """Report a fault plan that cannot be read or contradicts itself."""


@dataclass(frozen=True)
class Request:
    """What a rule may look at. `at` is the time on the provider's clock, `digest` the content's.

    `key` is the API key, `tenant` the OpenAI-Project or OpenAI-Organization
    header, `region` the X-Practice-Region header; "" where there is none.
    """

    path: str
    digest: str
    at: float
    model: str = ""
    stream: bool = False
    tools: bool = False
    schema: bool = False
    key: str = ""
    tenant: str = ""
    region: str = ""

    def offers(self, need: str) -> bool:
        """Tell whether a kind that needs this makes sense here."""
        if need == "chat":
            return self.path.endswith(("/chat/completions", "/responses"))
        if need == "vectors":
            return self.path.endswith("/embeddings")
        found: bool = not self.stream if need == "plain" else getattr(self, need)
        return found


@dataclass(frozen=True)
class Fault:
    """One fault with its details.

    `seconds` is the Retry-After or the length of a wait, `form` how Retry-After
    is written, `retry` the x-should-retry header where it is set, `end` how a
    socket closes: by TCP reset or an ordinary end. `value` is a version,
    `factor` multiplies latency or price.
    """

    kind: str
    seconds: float | None = None
    form: Literal["seconds", "ms", "date", "none"] = "seconds"
    retry: bool | None = None
    end: Literal["reset", "fin"] = "reset"
    value: str = ""
    factor: float = 1.0

    @property
    def known(self) -> Kind:
        """Return the catalogue's entry."""
        return KINDS[self.kind]

    @property
    def length(self) -> float:
        """Return the seconds given, else the kind's own."""
        return (self.known.seconds or 0.0) if self.seconds is None else self.seconds


@dataclass(frozen=True)
class Rule:
    """One fault and when it strikes; every condition that is set must hold.

    `rate` is a probability. `nth` counts, from 1, the requests that meet the
    other conditions: first and last, None for no end. `first` is the number of
    attempts of each distinct request that fail; with a rate, that share of the
    distinct requests does. `after` and `until` are seconds since the plan's
    first request, or since 1970 where they are larger than a year.
    """

    fault: Fault
    rate: float | None = None
    nth: tuple[int, int | None] | None = None
    first: int | None = None
    after: float | None = None
    until: float | None = None
    path: str = ""
    model: str = ""
    key: str = ""
    tenant: str = ""
    region: str = ""

    def meets(self, request: Request, began: float) -> bool:
        """Tell whether a request is of the sort that this rule is about."""
        wanted = ("path", "model", "key", "tenant", "region")
        return (
            all(getattr(self, name) in ("", getattr(request, name)) for name in wanted)
            and all(request.offers(need) for need in self.fault.known.needs)
            and request.at >= _since(self.after, began, float("-inf"))
            and request.at < _since(self.until, began, float("inf"))
        )


@dataclass(frozen=True)
class Injection:
    """What one request meets; `CALM` where nothing does.

    `slow` multiplies every latency, `version` answers instead of the model that
    was asked for, `price` multiplies the price.
    """

    fault: Fault | None = None
    slow: float = 1.0
    version: str = ""
    price: Decimal = Decimal(1)
    brownout: bool = False

    @property
    def name(self) -> str:
        """Return the name for the ledger."""
        if self.brownout:
            return "brownout"
        return self.fault.kind if self.fault else ("version" if self.version else "")

    @property
    def behaviour(self) -> str:
        """Return the kind that the engine acts out, else ""."""
        return self.fault.kind if self.fault and self.fault.known.place == "behaviour" else ""


CALM: Final = Injection()


class FaultPlan:
    """Rules in order: the first that strikes wins, scripted ones before random rates.

    Rates add up: `429:0.05,stall:0.02` strikes 7 of 100 requests, and at most
    one fault strikes a request. Conditions (brown-out, version, price) hold
    beside it. Any thread may ask.
    """

    def __init__(self, rules: Iterable[Rule] = (), seed: int = 0) -> None:
        self.rules = tuple(rules)
        self.seed = seed
        self._lock = threading.Lock()
        self._met: Counter[int] = Counter()
        self._attempts: OrderedDict[str, int] = OrderedDict()
        self._began: float | None = None

    @classmethod
    def parse(cls, text: str, seed: int = 0) -> FaultPlan:
        """Read the short notation or JSON; see `faults.notation`."""
        from autograder.provider.faults.notation import rules

        return cls(*rules(text, seed))

    def begin(self, at: float) -> None:
        """Set the moment that rules' times count from; without it, the first request's."""
        self._began = at

    def next(self, request: Request) -> Injection:
        """Decide what a request meets, and count it."""
        if not self.rules:
            return CALM
        with self._lock:
            self._began = request.at if self._began is None else self._began
            attempt = self._attempts.pop(request.digest, 0) + 1
            self._attempts[request.digest] = attempt
            if len(self._attempts) > _MOST_CONTENTS:
                self._attempts.popitem(last=False)
            met = [(i, r) for i, r in enumerate(self.rules) if r.meets(request, self._began)]
            for index, _ in met:
                self._met[index] += 1
            return self._decide(request, attempt, met)

    def peek(self, request: Request) -> Injection:
        """Tell what one more attempt of a request would meet, and count nothing."""
        with self._lock:
            began = request.at if self._began is None else self._began
            attempt = self._attempts.get(request.digest, 0) + 1
            met = [(i, r) for i, r in enumerate(self.rules) if r.meets(request, began)]
            return self._decide(request, attempt, met, ahead=1)

    def _decide(
        self, request: Request, attempt: int, met: list[tuple[int, Rule]], ahead: int = 0
    ) -> Injection:
        conditions = [
            rule.fault
            for index, rule in met
            if rule.fault.known.place == "condition"
            and _scripted(rule, self._met[index] + ahead, attempt)
        ]
        return _injection(conditions, next(self._strikes(request, attempt, met, ahead), None))

    def _strikes(
        self, request: Request, attempt: int, met: list[tuple[int, Rule]], ahead: int
    ) -> Iterator[Fault]:
        """Yield the faults that strike, the one that wins first."""
        ordinary = [(i, rule) for i, rule in met if rule.fault.known.place != "condition"]
        for index, rule in ordinary:
            if rule.rate is None and _scripted(rule, self._met[index] + ahead, attempt):
                yield rule.fault
        below = {"distinct": 0.0, str(attempt): 0.0}
        for _, rule in met:
            if rule.rate is None or (rule.first is not None and attempt > rule.first):
                continue
            nonce = "distinct" if rule.first is not None else str(attempt)
            below[nonce] += rule.rate
            if _uniform(self.seed, request.digest, nonce) < below[nonce]:
                yield rule.fault


def _scripted(rule: Rule, met: int, attempt: int) -> bool:
    if rule.nth is not None:
        first, last = rule.nth
        if met < first or (last is not None and met > last):
            return False
    return rule.first is None or attempt <= rule.first


def _injection(conditions: list[Fault], fault: Fault | None) -> Injection:
    if fault is None and not conditions:
        return CALM
    if fault is not None and fault.kind == "brownout":
        fault = Fault("503", retry=fault.retry)
    browned = [each.factor for each in conditions if each.kind == "brownout"]
    prices = [Decimal(str(each.factor)) for each in conditions if each.kind == "price"]
    return Injection(
        fault=fault,
        slow=max(browned, default=1.0),
        version=next((each.value for each in conditions if each.kind == "version"), ""),
        price=prices[-1] if prices else Decimal(1),
        brownout=bool(browned),
    )


def _since(moment: float | None, began: float, default: float) -> float:
    if moment is None:
        return default
    return moment if moment > 366 * 86_400 else began + moment


def _uniform(*parts: object) -> float:
    """Return a number in [0, 1) that is a pure function of the parts."""
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
