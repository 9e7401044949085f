"""The items of the scale `software`, easiest first."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from random import Random
from typing import Any

from autograder.placement.item import Answer, Case, Item

__all__ = ["ITEMS"]

_HOSTS = ("web-1", "web-2", "db-1", "mail", "vpn")


def count_severities(alerts: list[dict[str, str]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for alert in alerts:
        severity = alert.get("severity", "unknown")
        counts[severity] = counts.get(severity, 0) + 1
    return counts


def _alerts(draw: Random, number: int) -> Case:
    kinds = ("low", "high", "critical", None)
    drawn = draw.choices(kinds, k=number and draw.randint(4, 12))
    named = [{"id": f"a{i}", "severity": kind} for i, kind in enumerate(drawn)]
    return ([{k: v for k, v in one.items() if v is not None} for one in named],)


def read_rows(lines: list[str]) -> list[tuple[str, int]]:
    rows = []
    for line in lines:
        host, comma, port = (part.strip() for part in line.partition(","))
        if host and comma and port.isdigit() and 1 <= int(port) <= 65535:
            rows.append((host, int(port)))
    return rows


def _lines(draw: Random, number: int) -> Case:
    bad = ["mail", ",25", "web-1,http", "db-1,0", "db-1,70000", "vpn,-1", "web-2,80,81", "", "vpn,"]
    good = [f"{draw.choice(('', ' '))}{host} , {draw.randint(1, 65535)} " for host in _HOSTS]
    mixed = good + draw.sample(bad, 5) + bad[number : number + 1]
    draw.shuffle(mixed)
    return (mixed,)


def add_tag(tag: str, tags: list[str] | None = None) -> list[str]:
    return [*(tags or []), tag]


def _tags(draw: Random, number: int) -> Case:
    one, two, *given = draw.sample(("phishing", "vpn", "root", "lateral", "benign"), 2 + number % 3)
    return one, two, given


def _three_calls(function: Answer, case: Case) -> Any:
    one, two, given = case
    return [function(one), function(two), function(one, given), given]


def latest_by_host(events: list[dict[str, Any]]) -> dict[str, str]:
    ordered = sorted(events, key=lambda event: event["time"])
    return {event["host"]: event["status"] for event in ordered}


def _events(draw: Random, number: int) -> Case:
    status = ("up", "down", "slow", "unknown")
    events = [
        {"host": draw.choice(_HOSTS), "time": draw.randint(1, 9), "status": draw.choice(status)}
        for _ in range(number * 6)
    ]
    ties = [{"host": "web-9", "time": 5, "status": one} for one in draw.sample(status, 2)]
    return ([*events, *ties],)


def batches(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch


def _batch_sizes(draw: Random, number: int) -> Case:
    size = draw.randint(2, 5)
    if number % 2:
        return 100, size, draw.randint(2, 4)  # long, and only so many batches are asked for
    return size * draw.randint(1, 3) + draw.randint(1, size - 1), size, 99


def _taken(function: Answer, case: Case) -> Any:
    length, size, wanted = case
    taken = []

    def source() -> Iterator[int]:
        for value in range(length):
            taken.append(value)
            yield value

    return [[list(batch) for batch in islice(function(source(), size), wanted)], len(taken)]


def read_reply(status: int, body: str) -> tuple[str, dict[str, Any] | None]:
    if status == 429 or 500 <= status <= 599:
        return "retry", None
    try:
        data = json.loads(body)
    except ValueError:
        return "bad", None
    return ("ok", data) if status == 200 and isinstance(data, dict) else ("bad", None)


def _replies(draw: Random, number: int) -> Case:
    good = json.dumps({"id": draw.randint(1, 99)})
    broken = good[: draw.randint(2, len(good) - 1)]
    kinds = (
        (200, good),
        (200, broken),
        (200, json.dumps([draw.randint(1, 9)])),
        (429, good),
        (draw.choice((500, 502, 503)), draw.choice((good, "<html>"))),
        (draw.choice((400, 401, 404)), good),
    )
    return kinds[number]


def all_pages(fetch: Callable[[Any], dict[str, Any]]) -> list[Any]:
    items, cursor, seen = list[Any](), None, set[Any]()
    while cursor not in seen:
        seen.add(cursor)
        page = fetch(cursor)
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    return items


def _pages(draw: Random, number: int) -> Case:
    count = draw.randint(3, 5)
    sizes = [draw.randint(1, 3) for _ in range(count)]
    sizes[1] = 0 if number % 3 == 1 else sizes[1]
    cursors = [None, *draw.sample(range(1, 99), count - 1)]
    cursors[1] = 0 if number % 3 == 2 else cursors[1]
    last = cursors[draw.randint(1, count - 1)] if number % 2 else None
    following = [*cursors[1:], last]
    return (
        [
            [cursor, {"items": [f"{i}.{j}" for j in range(size)], "next": following[i]}]
            for i, (cursor, size) in enumerate(zip(cursors, sizes, strict=True))
        ],
    )


def _served(function: Answer, case: Case) -> Any:
    pages, asked = dict(case[0]), list[Any]()

    def fetch(cursor: Any) -> dict[str, Any]:
        asked.append(cursor)
        if len(asked) > 20:
            raise RuntimeError("the server was asked more than 20 times")
        return dict(pages[cursor])

    return [function(fetch), asked]


def call_with_retries(call: Callable[[], Any], sleep: Callable[[float], None], tries: int) -> Any:
    for attempt in range(tries):
        try:
            return call()
        except ConnectionError:
            if attempt == tries - 1:
                raise
            sleep(2**attempt)
    return None


def _failures(draw: Random, number: int) -> Case:
    tries = draw.randint(3, 5)
    dropped = ("drop",)
    kinds = (
        dropped * draw.randint(1, tries - 1),
        dropped * tries,
        (*dropped, "refuse"),
        (),
        dropped * (tries - 1),
        ("refuse",),
    )
    return [*kinds[number], "answer"], tries


def _tried(function: Answer, case: Case) -> Any:
    outcomes, tries = case
    waits: list[float] = []
    waiting = iter(outcomes)

    def call() -> str:
        outcome = next(waiting)
        if outcome == "drop":
            raise ConnectionError("the connection was dropped")
        if outcome == "refuse":
            raise PermissionError("the key is not valid")
        return str(outcome)

    try:
        told = function(call, waits.append, tries)
    except (ConnectionError, PermissionError) as error:
        told = type(error).__name__
    return [told, waits, len(list(waiting))]


async def gather_limited(
    lookup: Callable[[str], Awaitable[Any]], names: Sequence[str], limit: int
) -> list[Any]:
    free = asyncio.Semaphore(limit)

    async def one(name: str) -> Any:
        async with free:
            return await lookup(name)

    return list(await asyncio.gather(*map(one, names)))


def _lookups(draw: Random, number: int) -> Case:
    count = draw.randint(5, 12) if number else 2
    return [[f"h{i}", draw.randint(1, 9)] for i in range(count)], draw.randint(2, 4)


def _watched(function: Answer, case: Case) -> Any:
    work, limit = case
    steps, running, peak = dict(work), 0, 0

    async def lookup(name: str) -> str:
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        for _ in range(steps[name]):
            await asyncio.sleep(0)
        running -= 1
        return name.upper()

    async def whole() -> Any:
        return await function(lookup, list(steps), limit)

    return [asyncio.run(whole()), peak]


def finds_bug(top: Callable[[list[int], int], list[int]]) -> bool:
    for scores, k in (([3, 1, 3, 2], 2), ([1, 5], 4), ([4, 4, 9], 3), ([2, 7], 1), ([5], 0)):
        given = list(scores)
        try:
            if top(given, k) != sorted(scores, reverse=True)[:k] or given != scores:
                return True
        except Exception:
            return True
    return False


def _sorted_in_place(scores: list[int], k: int) -> list[int]:
    scores.sort(reverse=True)
    return scores[:k]


def _exactly(scores: list[int], k: int) -> list[int]:
    ordered = sorted(scores, reverse=True)
    return [ordered[i] for i in range(k)]


_TOPS: Mapping[str, Callable[[list[int], int], list[int]]] = {
    "right": lambda scores, k: sorted(scores, reverse=True)[:k],
    "right, the long way": lambda scores, k: sorted(scores)[::-1][:k],
    "changes the list": _sorted_in_place,
    "drops equal ones": lambda scores, k: sorted(set(scores), reverse=True)[:k],
    "smallest first": lambda scores, k: sorted(sorted(scores)[::-1][:k]),
    "fails on few": _exactly,
    "in order of the list": lambda scores, k: [
        x for x in scores if x in sorted(scores, reverse=True)[:k]
    ][:k],
}


def _tops(draw: Random, number: int) -> Case:
    names = list(_TOPS)
    return (draw.sample(names, len(names)) if number else names,)


def _found(function: Answer, case: Case) -> Any:
    return [function(_TOPS[name]) for name in case[0]]


ITEMS = (
    Item(
        "count_severities",
        "`alerts` is a list of dicts. Return a dict from each severity to the number of alerts "
        'that have it. An alert without the key `severity` counts as `"unknown"`.',
        ">>> count_severities([{'severity': 'high'}, {'id': 'a2'}])\n{'high': 1, 'unknown': 1}",
        "def count_severities(alerts: list[dict]) -> dict:",
        count_severities,
        _alerts,
    ),
    Item(
        "read_rows",
        "Each line should read `host,port`. Return the rows that do as tuples of a string and an "
        "int, in their order, without spaces around either. The host must not be empty, the port "
        "is a whole number from 1 to 65535, and there is nothing else on the line. Leave all "
        "other lines out.",
        ">>> read_rows([' mail , 25', 'web-1', 'db-1,http'])\n[('mail', 25)]",
        "def read_rows(lines: list[str]) -> list[tuple[str, int]]:",
        read_rows,
        _lines,
    ),
    Item(
        "add_tag",
        "Mend this function. It returns a list of `tags` followed by `tag`; without `tags` it "
        "begins with an empty list. Neither the list that a caller passed in nor a later call may "
        "notice an earlier one. You may change the signature's default.",
        ">>> add_tag('vpn'), add_tag('root'), add_tag('vpn', ['root'])\n"
        "(['vpn'], ['root'], ['root', 'vpn'])",
        "def add_tag(tag, tags=[]):\n    tags.append(tag)\n    return tags",
        add_tag,
        _tags,
        _three_calls,
    ),
    Item(
        "latest_by_host",
        "`events` are dicts with `host`, `time` (an int) and `status`, in no particular order. "
        "Return a dict from each host to the status of its latest event. Where two events of a "
        "host have the same time, the one further back in the list counts as later.",
        ">>> latest_by_host([{'host': 'db-1', 'time': 7, 'status': 'down'},\n"
        "...                 {'host': 'db-1', 'time': 3, 'status': 'up'}])\n{'db-1': 'down'}",
        "def latest_by_host(events: list[dict]) -> dict:",
        latest_by_host,
        _events,
    ),
    Item(
        "batches",
        "`values` is any iterable; it may be a generator, without length and without end. Give "
        "its values in lists of `size`, in order; only the last list may be shorter. Whoever "
        "takes two batches must have caused no more than two batches of values to be read.",
        ">>> list(batches(iter('abcde'), 2))\n[['a', 'b'], ['c', 'd'], ['e']]",
        "def batches(values: Iterable, size: int) -> Iterator[list]:",
        batches,
        _batch_sizes,
        _taken,
    ),
    Item(
        "read_reply",
        'Read an HTTP reply. Return `("ok", data)` where the status is 200 and the body is a JSON '
        'object, parsed. Return `("retry", None)` where another try makes sense: status 429 and '
        'every 5xx. Return `("bad", None)` in all other cases, among them a 200 whose body is no '
        "JSON object.",
        ">>> read_reply(200, '{\"id\": 4}'), read_reply(503, '')\n"
        "(('ok', {'id': 4}), ('retry', None))",
        "def read_reply(status: int, body: str) -> tuple:",
        read_reply,
        _replies,
    ),
    Item(
        "all_pages",
        'A server gives pages: `fetch(cursor)` returns `{"items": [...], "next": cursor}`. The '
        "first cursor is `None`; a `next` of `None` says that there are no more pages. Return the "
        "items of all pages, in order. A page may be empty. A faulty server names a cursor it was "
        "already asked for: stop there, without asking again.",
        ">>> all_pages({None: {'items': [1, 2], 'next': 7}, 7: {'items': [3], 'next': None}}.get)\n"
        "[1, 2, 3]",
        "def all_pages(fetch: Callable) -> list:",
        all_pages,
        _pages,
        _served,
    ),
    Item(
        "call_with_retries",
        "Return what `call()` returns. Where it raises `ConnectionError`, wait with "
        "`sleep(seconds)` and call again: 1 second first, then 2, 4 and so on, `tries` calls in "
        "all. Where the last of them fails too, let its exception out, without a wait. Any other "
        "exception gets out at once.",
        ">>> waits = []\n>>> call_with_retries(lambda: 'fine', waits.append, 3), waits\n"
        "('fine', [])",
        "def call_with_retries(call: Callable, sleep: Callable, tries: int):",
        call_with_retries,
        _failures,
        _tried,
    ),
    Item(
        "gather_limited",
        "`lookup(name)` is a coroutine function that takes a while. Return the results for all "
        "`names`, in the order of the names. No more than `limit` lookups may run at the same "
        "time, but as many as that should wherever enough are waiting.",
        ">>> import asyncio\n>>> async def lookup(name):\n...     await asyncio.sleep(0)\n"
        "...     return name.upper()\n"
        ">>> asyncio.run(gather_limited(lookup, ['a', 'b', 'c'], 2))  # in a notebook: await\n"
        "['A', 'B', 'C']",
        "async def gather_limited(lookup: Callable, names: list[str], limit: int) -> list:",
        gather_limited,
        _lookups,
        _watched,
    ),
    Item(
        "finds_bug",
        "`top(scores, k)` should return the `k` largest of a list of ints, largest first, equal "
        "ones kept; all of them where there are fewer than `k`; and leave the list as it was. "
        "Write the test: `finds_bug(top)` tells whether an implementation breaks any of this. "
        "Raising an exception breaks it too. A right one must not be accused.",
        ">>> finds_bug(lambda scores, k: sorted(scores, reverse=True)[:k])\nFalse\n"
        ">>> finds_bug(lambda scores, k: scores[:k])\nTrue",
        "def finds_bug(top: Callable) -> bool:",
        finds_bug,
        _tops,
        _found,
    ),
)
