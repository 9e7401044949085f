"""A responder who knows such services and sees the public view alone, and some who take shortcuts.

Metrics first; where a part's telemetry has a gap, its traces and logs instead.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log
from statistics import fmean, median

from autograder.scenarios.incidents import PART_CLASS, Public, filled, minute_of
from autograder.scenarios.incidents.records import Trace

__all__ = ["SHORTCUTS", "Verdict", "diagnose", "find_onset"]

_QUIET = 60  # minutes at the beginning that hold no onset
_SOON = 12
_CLEAR = 25.0


@dataclass(frozen=True)
class Verdict:
    """What the responder says."""

    family: str
    cause: str
    onset: int


def find_onset(public: Public) -> int:
    """Return the minute that best splits every tenant's failures into before and after.

    A feed that has gone silent counts from its first silent minute.
    """
    silent = _silence(public)
    if silent is not None:
        return silent
    tenants = [
        (
            _sums(filled(public.metric(f"tenant.{t.name}.requests"))),
            _sums(filled(public.metric(f"tenant.{t.name}.bad"))),
        )
        for t in public.tenants
    ]

    def gain(minute: int, end: int) -> float:
        end = min(minute + _SOON, end)
        return sum(_gain(asked, bad, minute, end) for asked, bad in tenants)

    last = public.minutes
    onset = max(range(_QUIET, last - 4), key=lambda m: gain(m, last))
    # A later step may be the larger one: go back while there is a clear one before.
    while onset > _QUIET + 4:
        end = onset
        earlier = max(range(_QUIET, end - 3), key=lambda m: gain(m, end))
        if gain(earlier, end) < _CLEAR:
            break
        onset = earlier
    return onset


def _sums(values: Iterable[float]) -> list[float]:
    made, total = [0.0], 0.0
    for value in values:
        total += value
        made.append(total)
    return made


def _gain(asked: list[float], bad: list[float], minute: int, end: int) -> float:
    """Return how much likelier two rates are than one, if the second is the higher."""
    first = max(0, minute - _QUIET)
    n, k = asked[minute] - asked[first], bad[minute] - bad[first]
    m, j = asked[end] - asked[minute], bad[end] - bad[minute]
    if not n or not m or j / m <= k / n:
        return 0.0
    return _likelihood(n, k) + _likelihood(m, j) - _likelihood(n + m, k + j)


def _likelihood(n: float, k: float) -> float:
    p = min(max(k / n, 1e-6), 1 - 1e-6)
    return k * log(p) + (n - k) * log(1 - p)


def _silence(public: Public) -> int | None:
    """Return the first minute of a long spell without documents from the feed."""
    run: int = 0
    for minute, value in enumerate(public.metric("feed.documents")):
        run = run + 1 if value is not None and value < 1 else 0
        if run == 8:
            return minute - 7
    ages = public.metric("index.age_min")
    late = [(m, v) for m, v in enumerate(ages) if v is not None and v >= 45]
    return int(late[0][0] - late[0][1]) + 15 if late else None


@dataclass(frozen=True)
class _Shifts:
    """Answer how far a metric moved at the onset."""

    public: Public
    onset: int

    @cached_property
    def traces(self) -> tuple[list[Trace], list[Trace]]:
        """Return the traces before the onset and those after it, cached answers left out."""
        sides: tuple[list[Trace], list[Trace]] = [], []
        for trace in self.public.traces:
            if not trace.cached:
                late = minute_of(self.public, "traces", trace.at) >= self.onset
                sides[late].append(trace)
        return sides

    @cached_property
    def logs(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Return part and text of the log lines before the onset and after it."""
        sides: tuple[list[tuple[str, str]], list[tuple[str, str]]] = [], []
        for line in self.public.logs:
            late = minute_of(self.public, "logs", line.at) >= self.onset
            sides[late].append((line.part, line.text))
        return sides

    def moved(self, name: str) -> tuple[float, float]:
        """Return a metric's level before and after the onset."""
        known = next((s for s in self.public.series if s.name == name), None)
        if known is None:
            return 0.0, 0.0
        before = [v for v in known.values[self.onset - 40 : self.onset] if v is not None]
        after = [v for v in known.values[self.onset + 4 :] if v is not None]
        if len(before) >= 10 and len(after) >= 8:
            return median(before), median(after)
        return self._instead(name, before)

    def _instead(self, name: str, before: list[float]) -> tuple[float, float]:
        """Read a gap from traces and logs; what they do not tell counts as unmoved."""
        if name in _TRACED:
            old, new = (_TRACED[name](side) for side in self.traces)
            return old, new
        if name in _LOGGED:
            part, pattern, missing = _LOGGED[name]
            old, new = (_read(side, part, pattern, missing) for side in self.logs)
            return old, new
        level = median(before) if before else 0.0
        return level, level

    def up(self, name: str, by: float) -> bool:
        """Say whether a metric rose by an amount."""
        old, new = self.moved(name)
        return new - old > by

    def ratio(self, name: str) -> float:
        """Return the factor by which a metric changed."""
        old, new = self.moved(name)
        return new / old if old else 1.0


def _share(chosen: Callable[[Trace], bool]) -> Callable[[list[Trace]], float]:
    return lambda traces: fmean([float(chosen(t)) for t in traces]) if traces else 0.0


def _mean(value: Callable[[Trace], float]) -> Callable[[list[Trace]], float]:
    def mean(traces: list[Trace]) -> float:
        found = [v for t in traces if (v := value(t)) > 0]
        return fmean(found) if found else 0.0

    return mean


_TRACED: Mapping[str, Callable[[list[Trace]], float]] = {
    "retrieval.empty_rate": _share(lambda t: t.attempts > 0 and t.passages == 0),
    "retrieval.foreign_rate": _share(lambda t: t.foreign > 0),
    "retrieval.top_score": _mean(lambda t: t.top_score),
    "retrieval.error_rate": _share(lambda t: t.status == "retrieval_failed"),
    "retrieval.p95_ms": _mean(lambda t: t.ms.get("retrieval", 0)),
    "prompt.tokens_in": _mean(lambda t: t.tokens_in),
    "model.tokens_out": _mean(lambda t: t.tokens_out),
    "model.refusal_rate": _share(lambda t: t.status == "refused"),
    "model.invalid_rate": _share(lambda t: t.status == "invalid"),
    "model.rate_limited": _share(lambda t: t.status == "rate_limited"),
    "model.error_rate": _share(lambda t: t.status == "model_failed"),
    "model.timeouts": _share(lambda t: t.status == "timeout"),
    "model.p95_ms": _mean(lambda t: t.ms.get("model", 0)),
}
_LOGGED: Mapping[str, tuple[str, str, float | None]] = {
    "cache.hit_rate": ("cache", r"hit rate ([\d.]+)", 0.0),
    "reranker.top_score": ("reranker", r"scores ([\d.]+)", None),
    "prompt.truncated_rate": ("prompt", r"context (cut) to fit", 0.0),
    "retrieval.memory": ("retrieval", r"worker out of (memory)", 0.0),
    "index.documents": ("index", r"(\d+) documents", None),
    "index.chunk_tokens": ("index", r"chunk (\d+)", None),
    "index.duplicate_rate": ("index", r"(\d+) % repeated", None),
    "feed.rejected": ("feed", r", 1 (rejected)", 0.0),
    "feed.documents": ("feed", r"pulled (\d+)", None),
}


def _read(lines: list[tuple[str, str]], part: str, pattern: str, missing: float | None) -> float:
    """Return the mean of a number in a part's lines; a word counts as 1."""
    found = []
    for own, text in lines:
        if own == part:
            hit = re.search(pattern, text)
            if hit:
                found.append(float(hit[1]) if hit[1][0].isdigit() else 1.0)
            elif missing is not None:
                found.append(missing)
    return fmean(found) if found else 0.0


def diagnose(public: Public) -> Verdict:
    """Name family, class and onset: roots before what follows from them."""
    onset = find_onset(public)
    family, cause = _named(_Shifts(public, onset), _silence(public) is not None)
    return Verdict(family, cause, onset)


def _named(s: _Shifts, silent: bool) -> tuple[str, str]:
    for named, cause in (
        (_data, "data"),
        (_links, "infrastructure"),
        (_prompt, "prompt"),
        (_provider, "model"),
        (_store, "infrastructure"),
        (_retrieval, "retrieval"),
    ):
        found = named(s, silent)
        if found:
            return found, cause
    return "refusals_up" if s.up("model.refusal_rate", 0.08) else "silent_update", "model"


def _data(s: _Shifts, silent: bool) -> str:
    if silent or s.ratio("feed.documents") < 0.1:
        return "feed_stalled"
    if s.up("index.duplicate_rate", 0.1 if s.moved("index.duplicate_rate")[0] < 1 else 10):
        return "duplicates"
    if s.ratio("index.chunk_tokens") < 0.9:
        return "bad_batch"
    if s.ratio("index.documents") < 0.93 or s.up("feed.rejected", 2):
        return "schema_change"
    return ""


def _links(s: _Shifts, silent: bool) -> str:
    if s.moved("cache.hit_rate")[0] > 0.2 and s.ratio("cache.hit_rate") < 0.4:
        return "cache_down"
    if s.up("retrieval.memory", 0.08):
        return "memory_leak"
    return "network_loss" if s.up("model.error_rate", 0.08) else ""


def _store(s: _Shifts, silent: bool) -> str:
    return "store_node_lost" if s.up("retrieval.error_rate", 0.04) else ""


def _prompt(s: _Shifts, silent: bool) -> str:
    if s.up("model.invalid_rate", 0.08):
        return "contract_changed"
    if s.up("prompt.truncated_rate", 0.1):
        return "context_truncated"
    if s.ratio("prompt.tokens_in") < 0.88 and not s.up("retrieval.empty_rate", 0.08):
        return "slot_unfilled"
    return "grounding_dropped" if s.ratio("model.tokens_out") > 1.11 else ""


def _retrieval(s: _Shifts, silent: bool) -> str:
    if s.up("retrieval.foreign_rate", 0.05):
        return "tenants_mixed"
    if s.up("retrieval.empty_rate", 0.08):
        return "threshold_raised"
    if s.ratio("retrieval.top_score") < 0.93:
        return "embedder_mismatch"
    return "rerank_inverted" if s.ratio("reranker.top_score") < 0.91 else ""


def _provider(s: _Shifts, silent: bool) -> str:
    if s.up("model.rate_limited", 0.05):
        return "quota_cut"
    return "provider_slow" if s.ratio("model.p95_ms") > 1.6 else ""


def _nearest_deploy(public: Public) -> str:
    onset = find_onset(public)
    nearest = min(
        public.events, key=lambda e: abs(minute_of(public, "events", e.at) - onset), default=None
    )
    return PART_CLASS[nearest.part] if nearest else "model"


def _last_deploy_before(public: Public) -> str:
    onset = find_onset(public)
    past = [e for e in public.events if minute_of(public, "events", e.at) <= onset]
    return PART_CLASS[past[-1].part] if past else "model"


def _first_alert(public: Public) -> str:
    return PART_CLASS[public.alerts[0].part] if public.alerts else "model"


def _first_alert_after(public: Public) -> str:
    onset = find_onset(public)
    late = [a for a in public.alerts if minute_of(public, "alerts", a.at) >= onset]
    return PART_CLASS[late[0].part] if late else "model"


def _largest_change(public: Public) -> str:
    """Name the part whose metric differs most, in its own spread, before and after."""
    onset = find_onset(public)
    found: dict[str, float] = {}
    for series in public.series:
        if series.part == "gateway" or series.name.endswith("requests"):
            continue
        before = [v for v in series.values[:onset] if v is not None]
        after = [v for v in series.values[onset:] if v is not None]
        if before and after:
            change = abs(fmean(after) - fmean(before)) / (abs(fmean(before)) + 1e-3)
            found[series.part] = max(found.get(series.part, 0.0), change)
    return PART_CLASS[max(found, key=found.__getitem__)]


def _most_errors(public: Public) -> str:
    parts = Counter(line.part for line in public.logs if line.level in ("error", "warning"))
    return PART_CLASS[parts.most_common(1)[0][0]] if parts else "model"


def _slowest_part(public: Public) -> str:
    onset = find_onset(public)
    s = _Shifts(public, onset)
    names = ("retrieval.p95_ms", "reranker.p95_ms", "model.p95_ms")
    return PART_CLASS[max(names, key=s.ratio).partition(".")[0]]


def _loudest_words(public: Public) -> str:
    """Blame the model for ungrounded answers, retrieval for irrelevant passages, else the rest."""
    s = _Shifts(public, find_onset(public))
    drops = {
        "model": s.moved("quality.grounded"),
        "retrieval": s.moved("quality.relevant"),
        "data": s.moved("quality.correct"),
    }
    size = {k: (old - new) / (old or 1) for k, (old, new) in drops.items()}
    worst = max(size, key=size.__getitem__)
    return worst if size[worst] > 0.1 else "infrastructure"


SHORTCUTS: Mapping[str, Callable[[Public], str]] = {
    "nearest deploy": _nearest_deploy,
    "last deploy before the onset": _last_deploy_before,
    "first alert's part": _first_alert,
    "first alert after the onset": _first_alert_after,
    "largest metric change": _largest_change,
    "most errors in the log": _most_errors,
    "part that slowed most": _slowest_part,
    "worst quality signal": _loudest_words,
}
