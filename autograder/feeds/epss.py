"""EPSS: how probable an attempt to exploit each CVE is within the next thirty days."""

from __future__ import annotations

import gzip
import re
import zlib
from datetime import datetime

import pandas as pd

from autograder.feeds.feed import Feed, FeedError
from autograder.feeds.store import Store

__all__ = ["URL", "exploit_scores"]

URL = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"
NOTICE = "EPSS scores, FIRST.org: see https://www.first.org/epss (Jacobs et al., 2021)."
_ABOUT = re.compile(r"#model_version:(?P<model>[^,]+),score_date:(?P<day>\S+)")


def exploit_scores(store: Store | None = None, url: str = URL) -> Feed:
    """Return the scores of the day; asked for again after six hours.

    Columns: `epss`, a probability from 0 to 1, and `percentile`, the share of
    scored CVEs at or below it. The model's version is in `table.attrs["model"]`:
    scores of two versions are not comparable.
    """
    kept = (store or Store()).file("epss.csv.gz", url, hours=6)
    try:
        with gzip.open(kept.path, "rt", encoding="utf-8") as file:
            about = _ABOUT.match(file.readline())
            table = pd.read_csv(file)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise FeedError(
            f"{url} does not read as a compressed table ({error})."
            f" Delete {kept.path} and run again."
        ) from error
    if about is None or list(table.columns) != ["cve", "epss", "percentile"]:
        raise FeedError(
            f"{url} no longer begins with the model's version and the columns cve, epss,"
            " percentile. The file is kept; please report it."
        )
    wrong = ~(
        table["cve"].astype(str).str.fullmatch(r"CVE-\d{4}-\d{4,19}")
        & pd.to_numeric(table["epss"], errors="coerce").between(0, 1)
        & pd.to_numeric(table["percentile"], errors="coerce").between(0, 1)
    )
    if wrong.any():
        raise FeedError(
            f"{url}: {int(wrong.sum())} rows are no scores, the first in line"
            f" {int(wrong.to_numpy().argmax()) + 3}. The file is kept; please report it."
        )
    table = table.set_index("cve")
    table.attrs["model"] = about["model"]
    as_of = datetime.fromisoformat(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", about["day"]))
    return Feed("EPSS", table, url, NOTICE, as_of, kept.fetched, kept.stale)
