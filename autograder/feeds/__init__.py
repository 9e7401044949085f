"""The real vulnerability feeds, for whoever has a network: CISA's KEV, EPSS and NVD.

No lesson and no judge needs them: the course runs on invented data, and this
package is how the same code meets the real thing. Downloads are kept, resumed
after a break, checked against the feed's schema, and asked for no more often
than the source wishes. Each answer carries the source's notice.
"""

from __future__ import annotations

from autograder.feeds.epss import exploit_scores
from autograder.feeds.feed import Feed, FeedError
from autograder.feeds.kev import known_exploited
from autograder.feeds.nvd import vulnerabilities
from autograder.feeds.store import Store

__all__ = [
    "Feed",
    "FeedError",
    "Store",
    "exploit_scores",
    "known_exploited",
    "vulnerabilities",
]
