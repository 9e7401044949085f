"""`rungs feeds`: bring the real vulnerability feeds, and say how old they are."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from rich.console import Console

from autograder.errors import RungsError
from autograder.feeds import Feed, Store, exploit_scores, known_exploited, vulnerabilities

HELP = "bring the real vulnerability feeds (KEV, EPSS, NVD); needs a network"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add which feeds, how many days of the NVD, and where they are kept."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="kev, epss or nvd; all by default")
    parser.add_argument("--days", type=int, default=7, help="of the NVD, up to yesterday (7)")
    parser.add_argument("--to", type=Path, default=None, help="folder; your cache by default")


def run(args: argparse.Namespace) -> int:
    """Fetch what is old, count the rows, and say what each source wants said."""
    console = Console()
    store = Store(args.to, say=console.print)
    known = _known(store, args.days)
    names = [name.lower() for name in args.names] or list(known)
    if unknown := sorted(set(names) - known.keys()):
        raise RungsError(f"{unknown[0]!r} is no feed. There are {', '.join(known)}.")
    for name in names:
        feed = known[name]()
        old = ", an older copy: no network" if feed.stale else ""
        console.print(
            f"{feed.name}: {len(feed.table):,} CVEs as of {feed.as_of:%Y-%m-%d %H:%M} UTC{old}",
            highlight=False,
        )
        console.print(f"  {feed.notice}", highlight=False)
    console.print(f"Kept in {store.folder}", highlight=False)
    return 0


def _known(store: Store, days: int) -> Mapping[str, Callable[[], Feed]]:
    # Today's list still grows; a range that ends yesterday is fetched once.
    last = datetime.now(UTC).date() - timedelta(days=1)
    return {
        "kev": partial(known_exploited, store),
        "epss": partial(exploit_scores, store),
        "nvd": partial(vulnerabilities, last - timedelta(days=max(days, 1) - 1), last, store),
    }
