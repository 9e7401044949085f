"""Draw one day's requests, what changes meanwhile, and which requests share an answer."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from autograder.scenarios.draws import Stream
from autograder.scenarios.traffic.plan import Plan
from autograder.scenarios.traffic.records import Feature, Request, Tenant, Update
from autograder.scenarios.traffic.wording import ENTITIES, QUESTIONS

__all__ = ["Day", "clock", "draw_day"]

DAY = 24 * 60
_AXES = len(QUESTIONS)
T = TypeVar("T")
_POOL = 7  # meanings a feature is mostly asked for by one tenant


@dataclass(frozen=True)
class Day:
    """The log of a day and its truth; `minutes` are the requests' times."""

    requests: tuple[Request, ...]
    updates: tuple[Update, ...]
    minutes: tuple[float, ...]
    answers: dict[str, str]
    runaway: str


@dataclass(frozen=True)
class _Meaning:
    question: int
    entity: str
    kind: str


def clock(day: str, minute: float) -> str:
    """Return a minute of the day as an ISO 8601 time, to the second."""
    seconds = int(minute * 60)
    return f"{day}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}Z"


def draw_day(plan: Plan, count: int) -> Day:
    """Draw requests in order of time; a tenth of them are a run that cannot stop."""
    stream = Stream(plan.key, "day")
    meanings = {f.name: _meanings(stream, plan, f) for f in plan.features}
    changes = {f.name: stream.integer(8 * 60, 15 * 60) for f in stream.sample(plan.features, 2)}
    updates = _updates(stream, plan, meanings)
    looping = count // 10
    vectors = _vectors(plan, (m for pool in meanings.values() for m in pool))
    minutes = sorted([*(_minute(stream) for _ in range(count - looping))])
    loop = _loop(stream, looping)
    runaway = f"run-{stream.integer(1000, 9999)}"
    victim = stream.choice(plan.tenants), stream.choice(plan.features)
    when = sorted([*((m, "") for m in minutes), *((m, runaway) for m in loop)])
    made, answers = [], {}
    number = stream.integer(10_000, 89_999)
    for place, (minute, run) in enumerate(when):
        tenant, feature = victim if run else _who(stream, plan)
        pool = meanings[feature.name]
        meaning = pool[min(int(stream.unit() ** 2 * len(pool)), len(pool) - 1)]
        request = _request(
            stream, plan, f"q{number + place}", minute, tenant, feature, meaning, vectors,
            run, later=minute >= changes.get(feature.name, DAY),
        )  # fmt: skip
        made.append(request)
        answers[request.id] = _answer(request, meaning, feature, minute, updates)
    return Day(
        tuple(made),
        tuple(Update(clock(plan.today, m), document) for m, document in updates),
        tuple(m for m, _ in when),
        answers,
        runaway,
    )


def _minute(stream: Stream) -> float:
    """Draw a minute; most of a day's requests fall into office hours."""
    if stream.chance(0.15):
        return stream.unit() * DAY
    return 7 * 60 + (stream.unit() + stream.unit()) / 2 * 12 * 60


def _loop(stream: Stream, count: int) -> list[float]:
    begin = stream.integer(9 * 60, 17 * 60)
    return [begin + 0.4 * i + 0.1 * stream.unit() for i in range(count)]


def _who(stream: Stream, plan: Plan) -> tuple[Tenant, Feature]:
    return _weighted(stream, plan.tenants, plan.sizes), _weighted(
        stream, plan.features, plan.weights
    )


def _weighted(stream: Stream, options: Sequence[T], shares: Sequence[float]) -> T:
    left = stream.unit()
    for option, share in zip(options, shares, strict=True):
        left -= share
        if left < 0:
            return option
    return options[-1]


def _meanings(stream: Stream, plan: Plan, feature: Feature) -> list[_Meaning]:
    """Draw what a feature is asked for; twins ask the same of entities with other numbers."""
    asked = stream.sample(range(_AXES), 4)
    entity = stream.choice(ENTITIES)
    names = [f"{entity}-{n}" for n in stream.sample(range(11, 99), 2)]
    slices = [s for s in plan.slices if s.feature == feature.name]
    made = []
    for i in range(_POOL):
        kind = _weighted(stream, slices, [s.share for s in slices]).kind
        made.append(_Meaning(asked[i // 2], names[i % 2], kind))
    return made


def _updates(
    stream: Stream, plan: Plan, meanings: dict[str, list[_Meaning]]
) -> list[tuple[float, str]]:
    """Draw changes of documents, mostly of those that many questions read."""
    found = []
    for tenant in plan.tenants:
        for feature in plan.features:
            if stream.chance(0.5):
                meaning = stream.choice(meanings[feature.name][:2])
                document = _reads(tenant.name, feature.name, meaning)[0]
                found.append((8 * 60 + stream.unit() * 10 * 60, document))
    return sorted(found)


def _reads(tenant: str, feature: str, meaning: _Meaning) -> tuple[str, ...]:
    return f"{tenant}/{feature}/{meaning.entity}", f"{tenant}/{feature}/policy"


def _request(
    stream: Stream, plan: Plan, name: str, minute: float, tenant: Tenant, feature: Feature,
    meaning: _Meaning, vectors: dict[str, tuple[float, ...]], run: str, *, later: bool,
) -> Request:  # fmt: skip
    wordings = QUESTIONS[meaning.question]
    words = wordings[0] if stream.chance(0.6) else stream.choice(wordings[1:])
    text = words.format(meaning.entity)
    output = stream.integer(60, 400)
    return Request(
        id=name,
        at=clock(plan.today, minute),
        tenant=tenant.name,
        user=f"{tenant.name}-u{stream.integer(1, 3)}",
        feature=feature.name,
        kind=meaning.kind,
        model=feature.model,
        version="v2" if later else "v1",
        text=text,
        vector=vectors[text],
        reads=_reads(tenant.name, feature.name, meaning),
        run=run,
        tokens=stream.integer(5, 40) * 100 + len(text) // 4,
        output=output,
        max_output=output + stream.integer(50, 600),
    )


def _vectors(plan: Plan, meanings: Iterable[_Meaning]) -> dict[str, tuple[float, ...]]:
    """Embed every wording: near its question's axis, nearer to a twin than to its paraphrase."""
    made = {}
    stream = Stream(plan.key, "vectors")
    words = [[_pull(stream, 0.045) for _ in asked] for asked in QUESTIONS]
    families = {name: _pull(stream, 0.1) for name in ENTITIES}
    known = sorted({(m.entity, m.question) for m in meanings})
    twins = {entity: _pull(stream, 0.03) for entity in dict.fromkeys(e for e, _ in known)}
    for entity, question in known:
        family = families[entity.partition("-")[0]]
        lean = [a + b for a, b in zip(family, twins[entity], strict=True)]
        lean[question] += 1.0
        for wording, pull in zip(QUESTIONS[question], words[question], strict=True):
            raw = [a + b for a, b in zip(lean, pull, strict=True)]
            length = math.sqrt(sum(x * x for x in raw))
            made[wording.format(entity)] = tuple(round(x / length, 4) for x in raw)
    return made


def _pull(stream: Stream, size: float) -> list[float]:
    return [size * stream.bell() for _ in range(_AXES)]


def _answer(
    request: Request, meaning: _Meaning, feature: Feature, minute: float,
    updates: list[tuple[float, str]],
) -> str:  # fmt: skip
    """Name the answer that a request must get: equal names may share one."""
    owner = request.user if feature.scope == "user" else request.tenant
    revisions = [
        bisect_right([m for m, changed in updates if changed == document], minute)
        for document in request.reads
    ]
    return "|".join(
        map(
            str, (feature.name, meaning.question, meaning.entity, owner, request.version, revisions)
        )
    )
