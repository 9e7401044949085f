"""CISA's catalogue of vulnerabilities that are known to be exploited."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import pandas as pd
from pydantic import Field

from autograder.feeds.feed import Feed, FeedError, Record, read
from autograder.feeds.store import Store

__all__ = ["URL", "known_exploited"]

URL = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"
NOTICE = (
    "Known Exploited Vulnerabilities catalogue, Cybersecurity and Infrastructure Security Agency;"
    " public domain (CC0 1.0). CISA does not endorse this course."
)


class _Row(Record):
    cve: str = Field(alias="cveID", pattern=r"^CVE-\d{4}-\d{4,19}$")
    vendor: str = Field(alias="vendorProject")
    product: str
    name: str = Field(alias="vulnerabilityName")
    added: date = Field(alias="dateAdded")
    due: date = Field(alias="dueDate")
    action: str = Field(alias="requiredAction")
    description: str = Field(alias="shortDescription")
    ransomware: Literal["Known", "Unknown"] = Field(alias="knownRansomwareCampaignUse")
    cwes: tuple[str, ...] = ()


class _Catalogue(Record):
    version: str = Field(alias="catalogVersion")
    released: datetime = Field(alias="dateReleased")
    count: int
    rows: tuple[_Row, ...] = Field(alias="vulnerabilities")


def known_exploited(store: Store | None = None, url: str = URL) -> Feed:
    """Return the catalogue; asked for again after six hours.

    Columns: `vendor`, `product`, `name`, `added` and `due` (dates), `action`,
    `description`, `ransomware` (whether a campaign is known to use it) and
    `cwes`. An entry that is missing says nothing about the vulnerability: the
    catalogue lists only what CISA has evidence for.
    """
    kept = (store or Store()).file("kev.json", url, hours=6)
    found = read(_Catalogue, kept.path.read_bytes(), url)
    if found.count != len(found.rows):
        raise FeedError(
            f"{url} says {found.count} entries and holds {len(found.rows)}: half a file."
            f" Delete {kept.path} and run again."
        )
    table = pd.DataFrame([row.model_dump() for row in found.rows]).set_index("cve")
    table["ransomware"] = table["ransomware"] == "Known"
    for column in ("added", "due"):
        table[column] = pd.to_datetime(table[column])
    return Feed("KEV", table, url, NOTICE, found.released, kept.fetched, kept.stale)
