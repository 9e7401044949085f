"""Logs: lines in which a part reports what it just did; harmless and harmful alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.scenarios.draws import Stream
from autograder.scenarios.incidents.clock import Clock
from autograder.scenarios.incidents.plan import Plan
from autograder.scenarios.incidents.records import Log
from autograder.scenarios.incidents.service import HORIZON
from autograder.scenarios.incidents.simulation import Flow, Moment

__all__ = ["Line", "write_logs"]

_COUNT = 270


@dataclass(frozen=True)
class Line:
    """A log line with what is sealed about it."""

    log: Log
    minute: int
    exposed: bool
    shows: bool  # the part would have written something else just before the onset


@dataclass(frozen=True)
class _Scene:
    """What a part knows when it writes."""

    plan: Plan
    moment: Moment
    flow: Flow
    load: Mapping[str, float]
    answer: Mapping[str, float]
    minute: int
    u: Sequence[float]


def write_logs(plan: Plan, course: Sequence[Moment], clock: Clock, until: int) -> list[Line]:
    """Return the lines of the minutes before `until`; what was drawn stays drawn."""
    unit = Stream(plan.key, "logs").unit
    parts = [p for p in plan.service.parts if p in _WRITERS]
    made, before = [], course[plan.onset - 1]
    for number in range(_COUNT):
        u = [unit() for _ in range(6)]
        place = (number + u[0]) * HORIZON / _COUNT
        if place >= until:
            break
        part = parts[int(u[1] * len(parts))]
        made.append(_line(plan, course[int(place)], before, clock, place, part, number, u))
    return made


def _line(
    plan: Plan, moment: Moment, before: Moment, clock: Clock, place: float, part: str, number: int,
    u: Sequence[float],
) -> Line:  # fmt: skip
    minute = int(place)
    who = int(u[2] * len(plan.service.customers))
    exposed = u[3] < plan.exposure[who]
    pool = moment.pool[who]
    flow = moment.flows[pool]
    assert flow is not None, "a tenant's region serves it"
    answer = moment.settings.exposed if exposed else moment.settings.other
    scene = _Scene(plan, moment, flow, moment.settings.load[pool], answer, minute, u)
    level, text = _WRITERS[part](scene)
    tag = f"{(number * 40503 + int(u[5] * 16)) % 2**20:05x}"
    at = clock.utc(minute, int(60 * (place % 1)))
    tenant = plan.service.customers[who].name
    whose = f"tenant={tenant} " if part in ("retrieval", "reranker", "prompt", "model") else ""
    log = Log(f"lg-{tag}", at, part, level, whose + text)
    return Line(log, minute, exposed, _tells(scene, part, text, before, who))


def _tells(scene: _Scene, part: str, text: str, before: Moment, who: int) -> bool:
    """Say whether the part would have written something else just before the onset."""
    if scene.minute < scene.plan.onset:
        return False
    pool = before.pool[who]
    flow, settings = before.flows[pool], before.settings
    assert flow is not None, "a tenant's region serves it"
    healthy = replace(
        scene, moment=before, flow=flow, load=settings.load[pool], answer=settings.other
    )
    return _WRITERS[part](healthy)[1] != text


def _gateway(s: _Scene) -> tuple[str, str]:
    link = "model" if s.u[4] < 0.5 else "retrieval"
    if s.u[5] < s.load[f"loss_{link}"]:
        return "error", f"{link}: connection reset by peer"
    if s.u[5] < s.flow.timeouts:
        return "error", "request: no answer within 8000 ms"
    again = s.flow.attempts / s.flow.requests
    return "info", f"last minute: {again:.2f} attempts a request"


def _cache(s: _Scene) -> tuple[str, str]:
    if s.flow.hit < 0.01:
        return "error", "lookup failed: connection refused"
    return "info", f"last minute: hit rate {s.flow.hit + 0.03 * (s.u[4] - 0.5):.2f}"


def _retrieval(s: _Scene) -> tuple[str, str]:
    if s.u[5] > 1 / max(s.flow.busy_retrieval, 1.0):
        return "error", "search rejected: queue full"
    if s.u[5] < s.load["loss_retrieval"]:
        memory = s.moment.settings.stock["memory"]
        why = "worker out of memory, restarted" if memory > 0.7 else "connection reset by peer"
        return "error", f"search failed: {why}"
    if s.u[4] < s.answer["empty"]:
        return "info", "search: 0 of 8 passages kept"
    score = s.answer["score"] + 0.1 * (s.u[5] - 0.5)
    if s.u[4] > 1 - s.answer["foreign"]:
        return "info", f"search: 8 of 8 passages kept, 2 of another tenant, best score {score:.2f}"
    return "info", f"search: 8 of 8 passages kept, best score {score:.2f}"


def _reranker(s: _Scene) -> tuple[str, str]:
    score = s.answer["rerank"] + 0.1 * (s.u[4] - 0.5)
    return "info", f"first of 8 passages scores {score:.2f}"


def _prompt(s: _Scene) -> tuple[str, str]:
    tokens = int(s.answer["tokens_in"] * (0.85 + 0.3 * s.u[4]))
    if s.u[5] < s.answer["truncated"]:
        return "warning", f"assembled {tokens} tokens, context cut to fit"
    return "info", f"assembled {tokens} tokens"


def _model(s: _Scene) -> tuple[str, str]:
    if s.u[5] > 1 / max(s.flow.busy_model, 1.0):
        return "error", "status 429, retry after 2 s"
    if s.u[5] < s.load["loss_model"]:
        return "error", "connection reset by peer"
    tokens = int(s.answer["tokens_out"] * (0.8 + 0.4 * s.u[4]))
    if s.u[4] < 1 - s.answer["valid"]:
        return "warning", f"completion of {tokens} tokens does not parse"
    if s.u[4] < 1 - s.answer["answered"]:
        return "info", f"completion of {tokens // 4} tokens, a refusal"
    return "info", f"completion of {tokens} tokens"


def _index(s: _Scene) -> tuple[str, str]:
    stock = s.moment.settings.stock
    documents = int(stock["documents"] * (s.plan.service.documents + 4 * s.minute))
    return "info", (
        f"{documents} documents, mean chunk {stock['chunk'] + 4 * (s.u[4] - 0.5):.0f} tokens, "
        f"{100 * stock['duplicates']:.0f} % repeated"
    )


def _feed(s: _Scene) -> tuple[str, str]:
    stock = s.moment.settings.stock
    taken = int(stock["feed"] * (0.6 + 0.8 * s.u[4]))
    if s.u[5] < stock["rejected"] / (1 + stock["rejected"]):
        return "warning", f"pulled {taken} documents, 1 rejected: required field is missing"
    return "info", f"pulled {taken} documents"


_WRITERS: Mapping[str, Callable[[_Scene], tuple[str, str]]] = {
    "gateway": _gateway,
    "cache": _cache,
    "retrieval": _retrieval,
    "reranker": _reranker,
    "prompt": _prompt,
    "model": _model,
    "index": _index,
    "feed": _feed,
}
