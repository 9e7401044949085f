"""The service, minute by minute: demand, cache, queues, retries, and answers that are good or not.

A region's part with utilisation r serves at most what it can: above 1, the
share 1 - 1/r of its calls fails at once, and the others meet a full queue.
A failed attempt is tried again in the next minute's load, so that retries can
hold a saturated part down. Cached answers keep the quality they were stored with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from autograder.scenarios.incidents.changes import Settings, Timeline
from autograder.scenarios.incidents.service import HORIZON, Service

__all__ = ["BASE_P50", "BASE_P95", "LATE_MS", "TIMEOUT_MS", "Flow", "Moment", "simulate", "waiting"]

BASE_P50: Mapping[str, float] = {"retrieval": 80.0, "reranker": 120.0, "model": 1300.0}
BASE_P95: Mapping[str, float] = {"retrieval": 180.0, "reranker": 240.0, "model": 2600.0}
TIMEOUT_MS, LATE_MS = 8000.0, 6000.0
_TTL = 30.0  # minutes a cached answer lives, on average


# Tuples, because a replay makes hundreds of them and has five milliseconds.
class Flow(NamedTuple):
    """One region in one minute; shares are of attempts, `bad_*` of requests."""

    requests: float
    share: float  # of them, reached by the fault
    attempts: float
    hit: float
    busy_retrieval: float
    busy_reranker: float
    busy_model: float
    p95: float
    timeouts: float
    fail_exposed: float
    fail_other: float
    bad_exposed: float
    bad_other: float
    stale_exposed: float
    stale_other: float


class Moment(NamedTuple):
    """The whole service in one minute; `pool` gives each tenant's serving region."""

    settings: Settings
    flows: tuple[Flow | None, ...]
    pool: tuple[int, ...]


def simulate(
    service: Service,
    timeline: Timeline,
    exposure: Sequence[float],
    onset: int,
    moved: tuple[int, int] | None = None,
    past: Sequence[Moment] = (),
    until: int = HORIZON,
) -> list[Moment]:
    """Return every minute before `until`; go on from `past` where it is given.

    `exposure` is the share of each tenant's requests that the fault reaches,
    `moved` a region and the minute from which the other one serves its tenants.
    """
    homes = tuple(c.pool for c in service.customers)
    regions = range(len(service.regions))
    nominal = [_nominal(service, timeline, pool, onset) for pool in regions]
    moments = list(past)
    before: Sequence[Flow | None] = moments[-1].flows if moments else [None for _ in regions]
    known: dict[int, tuple[tuple[int, ...], list[tuple[float, float]]]] = {}
    for minute in range(len(past), until):
        gone = moved[0] if moved and minute >= moved[1] else -1
        if gone not in known:
            pools = tuple([1 - pool if pool == gone else pool for pool in homes])
            known[gone] = pools, [_arrivals(service, exposure, pools, pool) for pool in regions]
        pools, arrivals = known[gone]
        settings, day = timeline.at(minute), service.days[minute]
        flows = tuple(
            [
                _flow(settings, pool, nominal[pool], before[pool], arrivals[pool], day)
                for pool in regions
            ]
        )
        moments.append(Moment(settings, flows, pools))
        before = flows
    return moments


def _nominal(service: Service, timeline: Timeline, pool: int, onset: int) -> float:
    """Return the calls behind the cache that a region's utilisation is stated for."""
    return service.demand(pool, onset) * (1 - timeline.at(0).load[pool]["hit"])


def _arrivals(
    service: Service, exposure: Sequence[float], pools: Sequence[int], pool: int
) -> tuple[float, float]:
    """Return a region's requests at the peak, and the share of them that the fault reaches."""
    total = reached = 0.0
    for customer, share, own in zip(service.customers, exposure, pools, strict=True):
        if own == pool:
            total += customer.rate
            reached += customer.rate * share
    return total, reached / total if total else 0.0


def waiting(busy: float) -> float:
    """Return the factor by which queueing stretches latency: 3 where the bounded queue is full."""
    return 1 + 0.4 * busy**6 / (1.2 - busy) if busy < 1 else 3.0


def _flow(
    settings: Settings, pool: int, nominal: float, before: Flow | None,
    arrivals: tuple[float, float], day: float,
) -> Flow | None:  # fmt: skip
    """Serve one region for a minute."""
    peak, share = arrivals
    if not peak:
        return None
    load = settings.load[pool]
    retries, hit = load["retries"], load["hit"]
    again = 0.0
    if before is not None:
        again = share * before.fail_exposed + (1 - share) * before.fail_other
        again *= 1 - hit
    turned = (1 - load["shed"]) * (1 - load["off"])
    tries = 1 + again * min(retries, 1.0) + again * again * max(retries - 1, 0.0)
    attempts = peak * day * turned * tries
    behind = attempts * (1 - hit) / nominal
    r = behind * load["load_retrieval"]
    passed = (1 - load["loss_retrieval"]) / (r if r > 1 else 1.0)
    k = behind * passed * load["load_reranker"]
    passed *= (1 - load["loss_reranker"]) / (k if k > 1 else 1.0)
    m = behind * passed * load["load_model"]
    through = passed * (1 - load["loss_model"]) / (m if m > 1 else 1.0)
    ms = (
        60.0
        + BASE_P95["retrieval"] * load["slow_retrieval"] * waiting(r)
        + BASE_P95["reranker"] * load["slow_reranker"] * waiting(k)
        + BASE_P95["model"] * load["slow_model"] * waiting(m)
    )
    timeouts = _beyond(ms, TIMEOUT_MS)
    in_time = 1 - _beyond(ms, LATE_MS)
    through *= 1 - timeouts
    failed, stored, bad = [], [], []
    for answer, good, old in (
        (settings.exposed, settings.good_exposed, before.stale_exposed if before else None),
        (settings.other, settings.good_other, before.stale_other if before else None),
    ):
        fail = 1 - through * answer["valid"]
        stale = 1 - good if old is None or hit < 0.01 else old + (1 - good - old) / _TTL
        fresh = (1 - fail ** (retries + 1)) * in_time * good
        failed.append(fail)
        stored.append(stale)
        bad.append(1 - turned * (hit * (1 - stale) + (1 - hit) * fresh))
    return Flow(
        peak * day, share, attempts, hit, r, k, m, ms, timeouts, failed[0], failed[1],
        bad[0], bad[1], stored[0], stored[1],
    )  # fmt: skip


def _beyond(p95: float, limit: float) -> float:
    """Return the share of requests that take longer than a limit, from their 95th percentile."""
    return min(max((p95 / limit - 0.75) * 0.5, 0.0), 0.95)
