"""The items of the scale `software` that ask for plain functions, easiest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
        "def batches(values, size: int):",
        batches,
        _batch_sizes,
        _taken,
    ),
)
