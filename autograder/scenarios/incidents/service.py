"""The service of one incident: its parts, regions, tenants and features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from autograder.scenarios.draws import Stream
from autograder.scenarios.incidents.changes import ANSWER, LOAD

__all__ = ["CODES", "HORIZON", "TOPOLOGIES", "Customer", "Service", "draw_service"]

HORIZON = 360  # minutes that are simulated
_OPTIONS = ("cache", "fallback", "regions", "reranker")
# A topology is named by what it has: "plain", "cache", "cache+fallback", ...
TOPOLOGIES = tuple(
    "+".join(chosen) or "plain"
    for size in range(len(_OPTIONS) + 1)
    for chosen in combinations(_OPTIONS, size)
)
_VENDORS = ("Kestrow", "Ombrel", "Tavik", "Norrade", "Fennimar", "Quillo", "Bastrel", "Ilvane")
_TENANTS = (
    "alder", "birchway", "cobalt", "dunmore", "elmtree", "farrow", "gannet", "hollis", "inverlea",
    "juniper", "kelso", "larkhill",
)  # fmt: skip
CODES = {
    "gateway": "gw", "cache": "cc", "retrieval": "rt", "reranker": "rr", "prompt": "pv",
    "model": "mc", "index": "ix", "feed": "fd",
}  # fmt: skip
_REGIONS = (("north", "south"), ("east", "west"), ("blue", "green"))
_FEATURES = ("ask", "summarise", "draft_reply", "compare", "triage")


@dataclass(frozen=True)
class Customer:
    """One tenant: its home region, requests a minute at its own peak, credit a failed request."""

    name: str
    pool: int
    rate: float
    credit: float


@dataclass(frozen=True)
class Service:
    """What the service consists of."""

    name: str
    options: tuple[str, ...]
    regions: tuple[str, ...]
    spare: bool  # one region can carry the other's load
    contract: bool  # the fallback model keeps the prompt's format
    customers: tuple[Customer, ...]
    features: Mapping[str, float]
    clock: int  # minute of the day at which telemetry begins
    answer: Mapping[str, float]
    load: tuple[Mapping[str, float], ...]
    documents: int
    numbers: Mapping[str, int]  # of each part's version, to begin with

    def has(self, option: str) -> bool:
        """Say whether it has a cache, a fallback model, two regions or a reranker."""
        return option in self.options

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Name the parts, in the order in which a request meets them."""
        optional = {"cache": "cache", "reranker": "reranker", "fallback": "fallback"}
        order = (
            "gateway", "cache", "retrieval", "reranker", "prompt", "model", "fallback", "index",
            "feed",
        )  # fmt: skip
        return tuple(p for p in order if p not in optional or self.has(p))

    def version(self, part: str) -> str:
        """Return the version that a part starts with."""
        return f"{CODES[part]}-{self.numbers[part]}"

    @cached_property
    def days(self) -> tuple[float, ...]:
        """Return each minute's demand as a share of the peak: a parabola with its top at 14:00."""
        hours = [((self.clock + m) % 1440) / 1440 - 14 / 24 for m in range(HORIZON)]
        far = [min(abs(hour), 1 - abs(hour)) * 2 for hour in hours]
        return tuple([1 - 0.75 * d * d for d in far])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the features' names."""
        return tuple(self.features)

    @cached_property
    def shares(self) -> tuple[float, ...]:
        """Return each feature's share of the requests."""
        return tuple(self.features.values())

    @cached_property
    def rates(self) -> tuple[float, ...]:
        """Return each tenant's requests a minute at its peak."""
        return tuple(c.rate for c in self.customers)

    def demand(self, pool: int, minute: int) -> float:
        """Return the expected requests of a minute from tenants at home in a region."""
        return sum(c.rate for c in self.customers if c.pool == pool) * self.days[minute]


def draw_service(stream: Stream, topology: str, roomy: bool = True) -> Service:
    """Draw a service of this topology; its regions have capacity to spare only if `roomy`."""
    options = tuple(o for o in topology.split("+") if o != "plain")
    regions = stream.choice(_REGIONS) if "regions" in options else ("main",)
    customers = _customers(stream, len(regions))
    spare = stream.chance(0.6) and roomy
    total = sum(c.rate for c in customers)
    retries, hit = stream.choice((1.0, 2.0)), 0.42 + 0.1 * stream.integer(0, 10) / 10
    features = stream.sample(_FEATURES, stream.integer(2, 3))
    shares = (0.55, 0.45) if len(features) == 2 else (0.48, 0.32, 0.2)
    load = []
    for pool in range(len(regions)):
        own = dict(LOAD) | {"retries": retries, "hit": hit if "cache" in options else 0.0}
        if "reranker" not in options:
            own |= {"load_reranker": 0.0, "slow_reranker": 0.0}
        if len(regions) == 2 and spare:
            share = sum(c.rate for c in customers if c.pool == pool) / total
            own |= {name: own[name] * share for name in own if name.startswith("load_")}
        load.append(own)
    answer = dict(ANSWER) | {
        "tokens_in": 1800.0 + 100 * stream.integer(0, 12),
        "tokens_out": 180.0 + 10 * stream.integer(0, 16),
        "score": 0.72 + stream.integer(0, 10) / 100,
    }
    return Service(
        f"{stream.choice(_VENDORS)} {stream.choice(('Answers', 'Assist', 'Desk', 'Lookup'))}",
        options,
        tuple(regions),
        spare,
        stream.chance(0.5),
        customers,
        dict(zip(features, shares, strict=True)),
        stream.integer(7 * 60, 13 * 60),
        answer,
        tuple(load),
        stream.integer(40, 90) * 1000,
        {part: stream.integer(20, 180) for part in CODES},
    )


def _customers(stream: Stream, regions: int) -> tuple[Customer, ...]:
    names = stream.sample(_TENANTS, stream.integer(4, 6))
    pools: Sequence[int] = [i % regions for i in range(len(names))]
    return tuple(
        Customer(name, pool, float(stream.integer(50, 130)), stream.integer(2, 12) / 100)
        for name, pool in zip(sorted(names), stream.shuffled(pools), strict=True)
    )
