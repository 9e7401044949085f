"""Deploys, changes of configuration and data deliveries: the one that matters, and the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from autograder.scenarios.draws import Stream
from autograder.scenarios.incidents.changes import Change
from autograder.scenarios.incidents.faults import CLASSES, PART_CLASS, Family
from autograder.scenarios.incidents.service import CODES, Service

__all__ = ["Planned", "draw_events"]

# What an event says is true of harmless and of harmful ones alike.
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "gateway": ("timeouts and pools tuned", "new log fields", "TLS library updated"),
    "cache": ("key scheme tidied", "client library updated", "eviction policy tuned"),
    "retrieval": ("query settings tuned", "encoder library updated", "filters reworked"),
    "reranker": ("scorer updated", "batching of pairs", "score handling reworked"),
    "prompt": ("wording revised", "template reworked for clarity", "new examples"),
    "model": ("client library updated", "sampling settings reviewed", "billing tags added"),
    "index": ("chunking settings reviewed", "segments merged", "snapshot taken"),
    "feed": ("supplier's delivery taken in", "backlog of a supplier taken in", "new delivery"),
}
_IN_STEPS = ("gateway", "model", "prompt", "reranker", "retrieval")
# What a harmless event changes, too little for a user to notice.
_HARMLESS: Mapping[str, Change] = {
    "cache": Change(0, by={"hit": 0.96}),
    "retrieval": Change(0, by={"score": 0.985, "slow_retrieval": 1.05}),
    "reranker": Change(0, by={"rerank": 0.99, "slow_reranker": 1.06}),
    "prompt": Change(0, by={"tokens_in": 1.05, "tokens_out": 1.06}),
    "model": Change(0, by={"tokens_out": 0.96}),
    "index": Change(0, by={"chunk": 0.98}),
    "feed": Change(0, by={"documents": 1.03}),
}


@dataclass(frozen=True)
class Planned:
    """An event that will happen: `share` of the traffic gets its version from `live` on."""

    minute: int
    live: int
    kind: str
    part: str
    version: str
    before: str
    text: str
    share: float
    causal: bool
    change: Change | None = None


def draw_events(
    stream: Stream, service: Service, family: Family, onset: int, share: float, rolled: bool
) -> tuple[Planned, ...]:
    """Draw the events of an incident; a harmless event mostly stands closest to the onset.

    Its part's class is drawn evenly over the five, the true one included, so
    that neither the nearest event nor its absence tells the class.
    """
    numbers = {part: service.numbers[part] for part in service.parts if part in CODES}
    causes = [c for c in CLASSES if any(PART_CLASS[p] == c for p in numbers)]
    # In some incidents the nearest event is the one to blame.
    plain = bool(family.event) and stream.chance(0.3)
    times = [onset - (stream.integer(10, 20) if plain else stream.integer(0, 2))]
    times += [onset - stream.integer(25, 105) for _ in range(stream.integer(1, 2))]
    times += [onset + stream.integer(4, 40) for _ in range(stream.integer(0, 1))]
    drafts = []
    blamed = "feed" if family.event == "data" else family.part
    for minute in times:
        cause = stream.choice(causes)
        part = stream.choice([p for p in numbers if PART_CLASS[p] == cause])
        if part == blamed and family.event and abs(minute - onset) < 21:
            part = "gateway"  # two versions of one part in a minute could not be told apart
        rolled_out = part in _IN_STEPS and stream.chance(0.45)
        partly = 0.6 + 0.1 * stream.integer(0, 3) if rolled_out else 1.0
        change = _HARMLESS.get(part)
        moved = replace(change, start=minute) if change else None
        drafts.append((minute, minute, _kind(stream, part), part, partly, False, moved))
    if family.event:
        started = onset - (stream.integer(1, 4) if plain else stream.integer(3, 9))
        kept = share if rolled else 1.0
        drafts.append((started, onset, family.event, blamed, kept, True, None))
    made = []
    for minute, live, kind, part, partly, causal, moved in sorted(drafts, key=lambda d: d[:4]):
        before, numbers[part] = numbers[part], numbers[part] + 1
        code = CODES[part]
        made.append(
            Planned(
                minute, live, kind, part, f"{code}-{numbers[part]}", f"{code}-{before}",
                stream.choice(_TEXTS[part]), partly, causal, moved,
            )
        )  # fmt: skip
    return tuple(made)


def _kind(stream: Stream, part: str) -> str:
    if part in ("feed", "index"):
        return "data" if part == "feed" else "config"
    return stream.choice(("config", "deploy"))
