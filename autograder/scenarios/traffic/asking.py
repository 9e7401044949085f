"""Draw one day's requests, what changes meanwhile, and which requests share an answer."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from autograder.scenarios.draws import Stream
from autograder.scenarios.traffic.plan import Plan
from autograder.scenarios.traffic.records import Feature, Request, Tenant, Update
from autograder.scenarios.traffic.wording import ENTITIES, QUESTIONS

__all__ = ["Day", "clock", "draw_day"]

DAY = 24 * 60
_AXES = len(QUESTIONS)
T = TypeVar("T")
_POOL = 8  # meanings of a feature; the last two are asked for by the script only


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


@dataclass(frozen=True)
class _Asking:
    """Who asks what, when and in which words."""

    minute: float
    tenant: Tenant
    feature: Feature
    meaning: _Meaning
    user: int
    words: int
    run: str
    tokens: int
    output: int
    max_output: int


def clock(day: str, minute: float) -> str:
    """Return a minute of the day as an ISO 8601 time, to the second."""
    seconds = round(minute * 60)
    return f"{day}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}Z"


def draw_day(plan: Plan, count: int) -> Day:
    """Draw requests in order of time; a tenth of them are a run that cannot stop."""
    stream = Stream(plan.key, "day")
    meanings = {f.name: _meanings(stream, plan, f) for f in plan.features}
    vectors = _vectors(plan, (m for pool in meanings.values() for m in pool))
    runaway = f"run-{stream.integer(1000, 9999)}"
    askings, update, change = _scripted(stream, plan, meanings)
    askings += _runaway(stream, plan, meanings, runaway, count // 10)
    while len(askings) < count:
        askings.append(_asking(stream, plan, meanings))
    askings.sort(key=lambda asking: asking.minute)
    later = plan.features[-1].name
    changes = {later: float(stream.integer(8 * 60, 15 * 60)), plan.features[0].name: change}
    updates = sorted([update, *_updates(stream, plan, meanings)])
    first = stream.integer(10_000, 89_999)
    made = tuple(
        _request(plan, f"q{first + place}", asking, vectors, changes)
        for place, asking in enumerate(askings)
    )
    return Day(
        made,
        tuple(Update(clock(plan.today, m), document) for m, document in updates),
        tuple(asking.minute for asking in askings),
        {r.id: _answer(r, a, updates) for r, a in zip(made, askings, strict=True)},
        runaway,
    )


def _asking(
    stream: Stream, plan: Plan, meanings: dict[str, list[_Meaning]], **known: Any
) -> _Asking:
    """Draw who asks what and when, as far as it is not known yet."""
    feature = known.get("feature") or _weighted(stream, plan.features, plan.weights)
    tenant = known.get("tenant") or _weighted(stream, plan.tenants, plan.sizes)
    often = int(stream.unit() ** 2 * (_POOL - 2))
    output = stream.integer(60, 400)
    drawn = {
        "minute": _minute(stream),
        "tenant": tenant,
        "feature": feature,
        "meaning": meanings[feature.name][often],
        "user": stream.integer(1, 3),
        "words": 0 if stream.chance(0.6) else stream.integer(1, 2),
        "run": "",
        "tokens": stream.integer(5, 40) * 100,
        "output": output,
        "max_output": output + stream.integer(50, 600),
    }
    made = {**drawn, **known}
    return _Asking(**{**made, "minute": _whole(made["minute"])})


def _whole(minute: float) -> float:
    """Cut a minute to whole seconds, so that what is shown orders events as the truth does."""
    return int(minute * 60) / 60


def _scripted(
    stream: Stream, plan: Plan, meanings: dict[str, list[_Meaning]]
) -> tuple[list[_Asking], tuple[float, str], float]:
    """Draw what tells careful caches from careless ones, of meanings nobody else asks for.

    Returns the askings, the update of a document between two of them, and when
    the first feature's prompt changes.
    """
    shared, personal = plan.features[:2]
    one, two = stream.sample(plan.tenants, 2)
    rare, twin = meanings[shared.name][-2:]
    times = [8 * 60 + 60 * i + 50 * stream.unit() for i in range(10)]
    steps = [
        (one, rare, 0), (two, rare, 0), (one, rare, 0), (one, rare, 1), (one, twin, 0),
        (two, rare, 2), (one, rare, 0), (one, rare, 2), (one, rare, 0), (two, rare, 0),
    ]  # fmt: skip
    made = [
        _asking(stream, plan, meanings, minute=minute, tenant=tenant, feature=shared,
                meaning=meaning, words=words)
        for minute, (tenant, meaning, words) in zip(times, steps, strict=True)
    ]  # fmt: skip
    made += [
        _asking(stream, plan, meanings, minute=minute, tenant=one, feature=personal,
                meaning=meanings[personal.name][-1], words=0, user=user)
        for minute, user in zip(times[:3], stream.shuffled((1, 2)) * 2, strict=False)
    ]  # fmt: skip
    update = _whole((times[5] + times[6]) / 2), _reads(one.name, shared.name, rare)[0]
    return made, update, (times[7] + times[8]) / 2


def _runaway(
    stream: Stream, plan: Plan, meanings: dict[str, list[_Meaning]], run: str, count: int
) -> list[_Asking]:
    tenant, feature = stream.choice(plan.tenants), stream.choice(plan.features)
    begin = stream.integer(9 * 60, 17 * 60)
    return [
        _asking(stream, plan, meanings, minute=begin + 0.4 * i + 0.1 * stream.unit(),
                tenant=tenant, feature=feature, run=run)
        for i in range(count)
    ]  # fmt: skip


def _minute(stream: Stream) -> float:
    """Draw a minute; most of a day's requests fall into office hours."""
    if stream.chance(0.15):
        return stream.unit() * DAY
    return 7 * 60 + (stream.unit() + stream.unit()) / 2 * 12 * 60


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
                found.append((_whole(8 * 60 + stream.unit() * 10 * 60), document))
    return sorted(found)


def _reads(tenant: str, feature: str, meaning: _Meaning) -> tuple[str, ...]:
    return f"{tenant}/{feature}/{meaning.entity}", f"{tenant}/{feature}/policy"


def _request(
    plan: Plan, name: str, asking: _Asking, vectors: dict[str, tuple[float, ...]],
    changes: Mapping[str, float],
) -> Request:  # fmt: skip
    tenant, feature, meaning = asking.tenant.name, asking.feature.name, asking.meaning
    text = QUESTIONS[meaning.question][asking.words].format(meaning.entity)
    return Request(
        id=name,
        at=clock(plan.today, asking.minute),
        tenant=tenant,
        user=f"{tenant}-u{asking.user}",
        feature=feature,
        kind=meaning.kind,
        model=asking.feature.model,
        version="v2" if asking.minute >= changes.get(feature, DAY) else "v1",
        text=text,
        vector=vectors[text],
        reads=_reads(tenant, feature, meaning),
        run=asking.run,
        tokens=asking.tokens + len(text) // 4,
        output=asking.output,
        max_output=asking.max_output,
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


def _answer(request: Request, asking: _Asking, updates: list[tuple[float, str]]) -> str:
    """Name the answer that a request must get: equal names may share one."""
    owner = request.user if asking.feature.scope == "user" else request.tenant
    revisions = [
        bisect_right([m for m, changed in updates if changed == document], asking.minute)
        for document in request.reads
    ]
    said = asking.meaning.question, asking.meaning.entity, owner, request.version, revisions
    return "|".join(map(str, (request.feature, *said)))
