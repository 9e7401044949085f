"""The items of the scale `software` about services and tests, easiest first."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random
from typing import Any

from autograder.placement.item import Answer, Case, Item

__all__ = ["ITEMS"]


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
        "def all_pages(fetch) -> list:",
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
        "def call_with_retries(call, sleep, tries: int):",
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
        "async def gather_limited(lookup, names: list[str], limit: int) -> list:",
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
        "def finds_bug(top) -> bool:",
        finds_bug,
        _tops,
        _found,
    ),
)
