"""The National Vulnerability Database, page by page and no faster than it asks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from pydantic import Field

from autograder.feeds.feed import Feed, FeedError, Record, read
from autograder.feeds.store import Kept, Store

__all__ = ["URL", "vulnerabilities"]

URL = "https://services.nvd.nist.gov/rest/json/cves/2.0"
# The words NVD asks for: https://nvd.nist.gov/developers/start-here
NOTICE = "This product uses data from the NVD API but is not endorsed or certified by the NVD."
PAGE = 2000  # NVD's largest
WINDOW = 120  # days: the longest range that NVD answers
# Its limits are 5 requests in 30 s without a key, 50 with one.
_WITHOUT_KEY, _WITH_KEY = 6.0, 0.6  # seconds between two requests


class _Words(Record):
    lang: str
    value: str


class _Weakness(Record):
    description: tuple[_Words, ...]


class _Score(Record):
    version: str
    vector: str = Field(alias="vectorString")
    score: float = Field(alias="baseScore", ge=0, le=10)
    severity: str = Field("", alias="baseSeverity")


class _Metric(Record):
    kind: str = Field(alias="type")
    data: _Score = Field(alias="cvssData")
    severity: str = Field("", alias="baseSeverity")  # CVSS 2 has it out here


class _Metrics(Record):
    v40: tuple[_Metric, ...] = Field((), alias="cvssMetricV40")
    v31: tuple[_Metric, ...] = Field((), alias="cvssMetricV31")
    v30: tuple[_Metric, ...] = Field((), alias="cvssMetricV30")
    v2: tuple[_Metric, ...] = Field((), alias="cvssMetricV2")

    def newest(self) -> tuple[_Metric, ...]:
        return self.v40 or self.v31 or self.v30 or self.v2


class _Cve(Record):
    cve: str = Field(alias="id", pattern=r"^CVE-\d{4}-\d{4,19}$")
    published: datetime
    modified: datetime = Field(alias="lastModified")
    status: str = Field(alias="vulnStatus")
    descriptions: tuple[_Words, ...]
    metrics: _Metrics = Field(default_factory=lambda: _Metrics.model_validate({}))
    weaknesses: tuple[_Weakness, ...] = ()


class _Item(Record):
    cve: _Cve


class _Page(Record):
    total: int = Field(alias="totalResults")
    start: int = Field(alias="startIndex")
    made: datetime = Field(alias="timestamp")
    items: tuple[_Item, ...] = Field(alias="vulnerabilities")


def vulnerabilities(
    since: date, until: date, store: Store | None = None, url: str = URL, size: int = PAGE
) -> Feed:
    """Return the CVEs published from `since` to `until`, both days included.

    Columns: `published` and `modified` (UTC), `status`, `description`, `score`
    (CVSS base score, 0 to 10, of the newest version scored, NVD's own before
    others'), `severity`, `vector`, `cvss` (the version) and `cwes`. Many CVEs
    wait for NVD's analysis: a missing score is NaN, not 0.

    A key in the variable NVD_API_KEY makes it ten times faster; it is sent to
    NVD alone. A page that has arrived is kept: after a break the same call
    goes on from there. A range that ends today or later is asked for anew.
    """
    if until < since:
        raise FeedError(f"The range ends ({until}) before it begins ({since}).")
    store = store or Store()
    pages = [one for window in _windows(since, until) for one in _pages(store, url, *window, size)]
    rows = {item.cve.cve: _row(item.cve) for _, page in pages for item in page.items}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=_COLUMNS)
    table.index.name = "cve"
    made = max(page.made for _, page in pages).replace(tzinfo=UTC)
    return Feed("NVD", table, url, NOTICE, made, min(kept.fetched for kept, _ in pages))


def _windows(since: date, until: date) -> Iterator[tuple[date, date]]:
    while since <= until:
        last = min(until, since + timedelta(days=WINDOW - 1))
        yield since, last
        since = last + timedelta(days=1)


def _pages(store: Store, url: str, since: date, until: date, size: int) -> list[tuple[Kept, _Page]]:
    folder = f"nvd/{since}_{until}_{size}"
    if until >= datetime.now(UTC).date():
        store.forget(folder)
    for _ in range(2):
        pages = list(_walk(store, url, folder, since, until, size))
        if len({page.total for _, page in pages}) == 1:
            return pages
        store.forget(folder)  # something was published in between: places have moved
    raise FeedError(f"NVD's list of {since} to {until} changes while it is read: run it again.")


def _walk(
    store: Store, url: str, folder: str, since: date, until: date, size: int
) -> Iterator[tuple[Kept, _Page]]:
    key = os.environ.get("NVD_API_KEY", "")
    start, total = 0, 1
    while start < total:
        asked = {
            "pubStartDate": f"{since}T00:00:00.000Z",
            "pubEndDate": f"{until}T23:59:59.999Z",
            "resultsPerPage": size,
            "startIndex": start,
        }
        kept, _ = store.page(
            f"{folder}/{start}.json",
            f"{url}?{urlencode(asked)}",
            {"apiKey": key} if key else {},
            _WITH_KEY if key else _WITHOUT_KEY,
        )
        page = read(_Page, kept.path.read_bytes(), url)
        if page.start != start or (not page.items and page.total > start):
            store.forget(folder)
            raise FeedError(f"{url} answered another page than the one at {start}: run it again.")
        yield kept, page
        start, total = start + len(page.items), page.total


_COLUMNS = [
    "published", "modified", "status", "description",
    "score", "severity", "vector", "cvss", "cwes",
]  # fmt: skip


def _row(cve: _Cve) -> list[Any]:
    words = next((text.value for text in cve.descriptions if text.lang == "en"), "")
    cwes = tuple(dict.fromkeys(text.value for one in cve.weaknesses for text in one.description))
    return [cve.published, cve.modified, cve.status, words, *_scored(cve), cwes]


def _scored(cve: _Cve) -> list[Any]:
    for metric in sorted(cve.metrics.newest(), key=lambda one: one.kind != "Primary"):
        data = metric.data
        return [data.score, data.severity or metric.severity, data.vector, data.version]
    return [float("nan"), "", "", ""]
