"""Downloads are kept, resumed, and asked for no more often than needed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from autograder.feeds import FeedError, Store
from tests.feeds.conftest import Answer, Desk, Publisher

BODY = bytes(range(256)) * 400


def age(path: Path, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def test_a_young_file_is_not_asked_for_again(publisher: Publisher, desk: Desk) -> None:
    """Within its hours there is one request; afterwards one more, which may say `unchanged`."""
    publisher.at["/a"] = Answer(BODY, headers={"etag": '"one"'})
    url = f"{publisher.base}/a"
    kept = desk.store.file("a", url, hours=6)
    desk.store.file("a", url, hours=6)
    assert len(publisher.asked) == 1
    age(kept.path, hours=7)
    again = desk.store.file("a", url, hours=6)
    assert publisher.asked[1][1]["if-none-match"] == '"one"'
    assert (again.path.read_bytes(), again.fetched > kept.fetched) == (BODY, True)
    age(kept.path, hours=7)
    publisher.at["/a"] = Answer(b"new", headers={"etag": '"two"'})
    assert desk.store.file("a", url, hours=6).path.read_bytes() == b"new"


def test_a_download_that_broke_off_goes_on(publisher: Publisher, desk: Desk) -> None:
    """Only the missing bytes are asked for, and the file is what one download would be."""
    publisher.at["/a"] = Answer(BODY, headers={"etag": '"one"'}, breaks_at=70_000)
    with pytest.raises(FeedError, match="cannot be reached"):
        desk.store.file("a", f"{publisher.base}/a", hours=6)
    kept = desk.store.file("a", f"{publisher.base}/a", hours=6)
    assert kept.path.read_bytes() == BODY
    asked = publisher.asked[1][1]
    assert (asked["if-range"], asked["range"].startswith("bytes=")) == ('"one"', True)
    assert sorted(path.name for path in desk.store.folder.iterdir()) == ["a", "a.note"]


def test_a_file_that_changed_meanwhile_is_begun_anew(publisher: Publisher, desk: Desk) -> None:
    """Halves of two versions are never put together."""
    publisher.at["/a"] = Answer(BODY, headers={"etag": '"one"'}, breaks_at=70_000)
    with pytest.raises(FeedError):
        desk.store.file("a", f"{publisher.base}/a", hours=6)
    other = b"another version" * 9_000
    publisher.at["/a"] = Answer(other, headers={"etag": '"two"'})
    assert desk.store.file("a", f"{publisher.base}/a", hours=6).path.read_bytes() == other


def test_without_a_network_an_older_copy_stands_in(publisher: Publisher, desk: Desk) -> None:
    """It is called stale; without any copy the error says what to do."""
    publisher.at["/a"] = Answer(BODY)
    kept = desk.store.file("a", f"{publisher.base}/a", hours=6)
    age(kept.path, hours=7)
    nowhere = "http://127.0.0.1:9/a"
    assert desk.store.file("a", nowhere, hours=6).stale
    assert "an older copy is used" in desk.said[-1]
    with pytest.raises(FeedError, match="no copy is kept"):
        desk.store.file("b", nowhere, hours=6)


def test_a_busy_source_is_given_the_time_it_asks_for(publisher: Publisher, desk: Desk) -> None:
    """Retry-After is kept, in seconds or as a date; without one the pause doubles; then it ends."""
    busy = Answer(status=503, headers={"retry-after": "7"})
    past = Answer(status=429, headers={"retry-after": "Wed, 01 Jan 2020 00:00:00 GMT"})
    publisher.at["/a"] = [busy, past, Answer(status=403), Answer(BODY)]
    assert desk.store.file("a", f"{publisher.base}/a", hours=6).path.read_bytes() == BODY
    assert desk.waited == [7, 40, 80]
    publisher.at["/b"] = Answer(status=403)
    with pytest.raises(FeedError, match="answered 403"):
        desk.store.file("b", f"{publisher.base}/b", hours=6)


def test_a_missing_page_is_not_asked_for_again_and_again(publisher: Publisher, desk: Desk) -> None:
    """404 is no reason to wait."""
    with pytest.raises(FeedError, match="answered 404"):
        desk.store.file("a", f"{publisher.base}/none", hours=6)
    assert (len(publisher.asked), desk.waited) == (1, [])


def test_the_pause_holds_from_one_run_to_the_next(publisher: Publisher, desk: Desk) -> None:
    """A second store of the same folder waits for the first one's request."""
    publisher.at["/p"] = Answer(b"{}")
    desk.store.page("1.json", f"{publisher.base}/p", {}, least=6)
    waited: list[float] = []
    Store(desk.store.folder, pause=waited.append).page("2.json", f"{publisher.base}/p", {}, least=6)
    assert [5 < seconds <= 6 for seconds in waited] == [True]
