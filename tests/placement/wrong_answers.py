"""Answers that people give who hold a common misconception, two or more for each item."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from statistics import mean, pstdev, stdev
from typing import Any

__all__ = ["WRONG"]


def _raising(alerts: Any) -> Any:
    return {a["severity"]: sum(b["severity"] == a["severity"] for b in alerts) for a in alerts}


def _without_unknown(alerts: Any) -> Any:
    kinds = [a["severity"] for a in alerts if "severity" in a]
    return {kind: kinds.count(kind) for kind in kinds}


def _any_port(lines: Any) -> Any:
    rows = [line.split(",") for line in lines]
    return [(r[0].strip(), int(r[1])) for r in rows if len(r) == 2 and r[1].strip().isdigit()]


def _trusting(lines: Any) -> Any:
    return [(line.split(",")[0].strip(), int(line.split(",")[1])) for line in lines]


def _shared(tag: Any, tags: Any = []) -> Any:  # noqa: B006  # the mistake itself
    return tags.append(tag) or tags


def _callers_own(tag: Any, tags: Any = None) -> Any:
    tags = [] if tags is None else tags
    tags.append(tag)
    return tags


def _last_in_list(events: Any) -> Any:
    return {event["host"]: event["status"] for event in events}


def _first_of_equals(events: Any) -> Any:
    best: dict[str, Any] = {}
    for event in events:
        if event["host"] not in best or event["time"] > best[event["host"]]["time"]:
            best[event["host"]] = event
    return {host: event["status"] for host, event in best.items()}


def _all_at_once(values: Any, size: int) -> Any:
    whole = list(values)
    return [whole[i : i + size] for i in range(0, len(whole), size)]


def _only_full(values: Any, size: int) -> Any:
    return map(list, zip(*[iter(values)] * size, strict=False))


def _parses_first(status: int, body: str) -> Any:
    data = json.loads(body)
    return ("ok", data) if status == 200 else ("retry", None)


def _any_json(status: int, body: str) -> Any:
    if status == 429 or status >= 500:
        return "retry", None
    try:
        return ("ok", json.loads(body)) if status == 200 else ("bad", None)
    except ValueError:
        return "bad", None


def _until_empty(fetch: Any) -> Any:
    items, page = [], fetch(None)
    while page["items"]:
        items += page["items"]
        if page["next"] is None:
            break
        page = fetch(page["next"])
    return items


def _for_ever(fetch: Any) -> Any:
    items, cursor = [], None
    while True:
        page = fetch(cursor)
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items


def _falsy_end(fetch: Any) -> Any:
    items, page, seen = [], fetch(None), set()
    items += page["items"]
    while page["next"] and page["next"] not in seen:
        seen.add(page["next"])
        page = fetch(page["next"])
        items += page["items"]
    return items


def _everything_again(call: Any, sleep: Any, tries: int) -> Any:
    for attempt in range(tries):
        try:
            return call()
        except Exception:
            if attempt == tries - 1:
                raise
            sleep(2**attempt)
    return None


def _sleeps_last(call: Any, sleep: Any, tries: int) -> Any:
    for attempt in range(tries):
        try:
            return call()
        except ConnectionError as error:
            failed = error
            sleep(2**attempt)
    raise failed


async def _unlimited(lookup: Any, names: Any, limit: int) -> Any:
    return await asyncio.gather(*map(lookup, names))


async def _one_by_one(lookup: Any, names: Any, limit: int) -> Any:
    return [await lookup(name) for name in names]


async def _as_they_come(lookup: Any, names: Any, limit: int) -> Any:
    free, results = asyncio.Semaphore(limit), []

    async def one(name: str) -> None:
        async with free:
            results.append(await lookup(name))

    await asyncio.gather(*map(one, names))
    return results


def _one_example(top: Any) -> Any:
    return bool(top([1, 3, 2], 2) != [3, 2])


def _without_the_list(top: Any) -> Any:
    try:
        return any(top(list(s), k) != sorted(s)[::-1][:k] for s, k in (([1, 3, 3], 2), ([1], 4)))
    except Exception:
        return True


def _cached_twice(usage: Any, price: Any) -> Any:
    kinds = {"prompt": "input", "cached": "cached", "output": "output"}
    return sum(usage[kind] * price[name] for kind, name in kinds.items()) / 1e6


def _no_cache(usage: Any, price: Any) -> Any:
    return (usage["prompt"] * price["input"] + usage["output"] * price["output"]) / 1e6


def _precision(ranked: Any, relevant: Any, k: int) -> Any:
    return len(set(ranked[:k]) & relevant) / k if relevant else None


def _twice(ranked: Any, relevant: Any, k: int) -> Any:
    return sum(one in relevant for one in ranked[:k]) / len(relevant) if relevant else None


def _variance(passed: int, total: int) -> Any:
    return 196 * (passed / total) * (1 - passed / total) / total


def _as_share(passed: int, total: int) -> Any:
    return 1.96 * (passed / total * (1 - passed / total) / total) ** 0.5


def _ranks(runs: Any) -> Any:
    for ranked, relevant in runs:
        yield next((i for i, one in enumerate(ranked, start=1) if one in relevant), None)


def _found_only(runs: Any) -> Any:
    return mean(1 / rank for rank in _ranks(runs) if rank)


def _of_the_mean(runs: Any) -> Any:
    return 1 / mean(rank for rank in _ranks(runs) if rank)


def _same_text(train: Any, test: Any) -> Any:
    users, texts = {r["user"] for r in train}, {r["text"] for r in train}
    return [i for i, r in enumerate(test) if r["user"] in users or r["text"] in texts]


def _only_texts(train: Any, test: Any) -> Any:
    texts = {" ".join(r["text"].lower().split()) for r in train}
    return [i for i, r in enumerate(test) if " ".join(r["text"].lower().split()) in texts]


def _all_in_one(train: Any, test: Any) -> Any:
    users, texts = {r["user"] for r in train}, {"".join(r["text"].lower().split()) for r in train}
    joined = ["".join(r["text"].lower().split()) for r in test]
    return [i for i, r in enumerate(test) if r["user"] in users or joined[i] in texts]


def _pooled(strata: Any) -> Any:
    return sum(s["passed"] for s in strata) / sum(s["total"] for s in strata)


def _unweighted(strata: Any) -> Any:
    return mean(s["passed"] / s["total"] for s in strata)


def _unpaired(old: Any, new: Any) -> Any:
    n = len(old)
    spread = (stdev(old) ** 2 + stdev(new) ** 2) / n
    return mean(new) - mean(old), 1.96 * spread**0.5


def _of_population(old: Any, new: Any) -> Any:
    gains = [b - a for a, b in zip(old, new, strict=True)]
    return mean(gains), 1.96 * pstdev(gains) / len(gains) ** 0.5


def _by_precision(pairs: Any, observed: float) -> Any:
    return observed * mean(person for person, judge in pairs if judge)


def _unclipped(pairs: Any, observed: float) -> Any:
    good = mean(judge for person, judge in pairs if person)
    bad = mean(not judge for person, judge in pairs if not person)
    return (observed + bad - 1) / (good + bad - 1)


def _by_the_mean(gains: Any, margin: float) -> Any:
    if len(gains) < 30:
        return "more"
    return "ship" if mean(gains) > -margin else "stop"


def _above_the_margin(gains: Any, margin: float) -> Any:
    half = 1.96 * stdev(gains) / len(gains) ** 0.5
    if len(gains) < 30 or mean(gains) - half <= margin <= mean(gains) + half:
        return "more"
    return "ship" if mean(gains) > margin else "stop"


def _against_zero(gains: Any, margin: float) -> Any:
    half = 1.96 * stdev(gains) / len(gains) ** 0.5
    if len(gains) < 30 or abs(mean(gains)) < half:
        return "more"
    return "ship" if mean(gains) > 0 else "stop"


WRONG: Mapping[str, tuple[Callable[..., Any], ...]] = {
    "count_severities": (_raising, _without_unknown),
    "read_rows": (_any_port, _trusting),
    "add_tag": (_shared, _callers_own),
    "latest_by_host": (_last_in_list, _first_of_equals),
    "batches": (_all_at_once, _only_full),
    "read_reply": (_parses_first, _any_json),
    "all_pages": (_until_empty, _for_ever, _falsy_end),
    "call_with_retries": (_everything_again, _sleeps_last),
    "gather_limited": (_unlimited, _one_by_one, _as_they_come),
    "finds_bug": (_one_example, _without_the_list, lambda top: True),
    "call_cost": (_cached_twice, _no_cache),
    "recall_at_k": (_precision, _twice),
    "rate_margin": (_variance, _as_share),
    "mean_reciprocal_rank": (_found_only, _of_the_mean),
    "zero_failures": (lambda trials: 0.0, lambda trials: 3 / trials, lambda trials: 1 / trials),
    "leaked_rows": (_same_text, _only_texts, _all_in_one),
    "weighted_rate": (_pooled, _unweighted),
    "paired_margin": (_unpaired, _of_population),
    "corrected_rate": (lambda pairs, observed: observed, _by_precision, _unclipped),
    "gate": (_by_the_mean, _against_zero, _above_the_margin),
}
