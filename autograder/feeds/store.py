"""Keep downloads: fetched once, resumed after a break, asked for again only when old."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx2
from platformdirs import user_cache_path

from autograder.feeds.feed import FeedError

__all__ = ["Kept", "Store"]

MOST = 256 * 2**20  # bytes of one download: the largest feed has some 2.5 MB (2026)
_TRIES = 4
_BUSY = (403, 429, 500, 502, 503, 504)  # NVD answers 403 to whoever asks too often
_AGENT = "rungs-course (vulnerability feeds for teaching)"


@dataclass(frozen=True)
class Kept:
    """A file that is here: its path, when it arrived (UTC), and whether it may be old."""

    path: Path
    fetched: datetime
    stale: bool = False


class Store:
    """Downloads in a folder, one file a name.

    `folder` is the user's cache folder unless given. `least` is the shortest
    time between two requests, in seconds, kept also from one run to the next.
    `say` receives a sentence wherever somebody waits.
    """

    def __init__(
        self,
        folder: Path | None = None,
        say: Callable[[str], None] = lambda sentence: None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.folder = folder or user_cache_path("rungs") / "feeds"
        self._say = say
        self._pause = pause

    def file(self, name: str, url: str, hours: float) -> Kept:
        """Return the file of a name, fetched anew where it is older than `hours`.

        Without a network an older copy is returned as stale. Raises `FeedError`
        where there is none, or where the source refuses.
        """
        path = self.folder / name
        if path.is_file() and time.time() - path.stat().st_mtime < hours * 3600:
            return _kept(path)
        try:
            self._download(path, url)
        except httpx2.TransportError as error:
            if path.is_file():
                self._say(f"No answer from {url}: an older copy is used.")
                return _kept(path, stale=True)
            raise _unreachable(url, error) from error
        return _kept(path)

    def page(
        self, name: str, url: str, headers: Mapping[str, str], least: float
    ) -> tuple[Kept, bool]:
        """Return a page that never changes once it is here, and whether it was fetched now."""
        path = self.folder / name
        if path.is_file():
            return _kept(path), False
        self._wait_for_turn(least)
        try:
            # A key in the headers goes to the host it was meant for, and follows nobody elsewhere.
            with _client(follow_redirects=False) as http:
                body = self._ask(http, url, headers).content
        except httpx2.TransportError as error:
            raise _unreachable(url, error) from error
        finally:
            self._mark_turn()
        _write(path, body)
        return _kept(path), True

    def forget(self, name: str) -> None:
        """Delete a file or a folder's files, whichever the name is."""
        path = self.folder / name
        for one in [path] if path.is_file() else sorted(path.glob("*")):
            one.unlink()

    def _download(self, path: Path, url: str) -> None:
        note, part = path.with_name(f"{path.name}.note"), path.with_name(f"{path.name}.part")
        known = _read_note(note) if path.is_file() else {}
        begun = _read_note(part.with_name(f"{part.name}.note")) if part.is_file() else {}
        headers = {}
        if begun.get("etag"):
            headers = {"range": f"bytes={part.stat().st_size}-", "if-range": begun["etag"]}
        elif known.get("etag"):
            headers = {"if-none-match": known["etag"]}
        elif known.get("modified"):
            headers = {"if-modified-since": known["modified"]}
        part.parent.mkdir(parents=True, exist_ok=True)
        # A file that is compressed stays so: a range counts the bytes on the wire.
        with _client() as http:
            answer = self._ask(http, url, {"accept-encoding": "identity", **headers}, stream=True)
            try:
                if answer.status_code == 304:
                    os.utime(path)
                    return
                said = {
                    "etag": answer.headers.get("etag", ""),
                    "modified": answer.headers.get("last-modified", ""),
                    "url": str(answer.url),
                }
                _write(part.with_name(f"{part.name}.note"), json.dumps(said).encode())
                _pour(answer, part, whole=answer.status_code != 206)
            finally:
                answer.close()
        part.replace(path)
        part.with_name(f"{part.name}.note").replace(note)

    def _ask(
        self, http: httpx2.Client, url: str, headers: Mapping[str, str], stream: bool = False
    ) -> httpx2.Response:
        for attempt in range(1, _TRIES + 1):
            answer = http.send(http.build_request("GET", url, headers=headers), stream=stream)
            if answer.status_code not in _BUSY:
                break
            answer.close()
            if attempt < _TRIES:
                seconds = _asked_to_wait(answer) or 10.0 * 2**attempt
                self._say(f"{answer.url.host} is busy ({answer.status_code}): {seconds:.0f} s")
                self._pause(seconds)
        if answer.status_code in (200, 206, 304):
            return answer
        answer.close()
        raise FeedError(
            f"{url} answered {answer.status_code}. What has arrived is kept:"
            " run the same again later, and it goes on from there."
        )

    def _wait_for_turn(self, least: float) -> None:
        last = self.folder / "last_request"
        since = time.time() - last.stat().st_mtime if last.is_file() else least
        if 0 <= since < least:
            self._pause(least - since)

    def _mark_turn(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "last_request").touch()


def _client(follow_redirects: bool = True) -> httpx2.Client:
    return httpx2.Client(
        follow_redirects=follow_redirects, timeout=60, headers={"user-agent": _AGENT}
    )


def _pour(answer: httpx2.Response, part: Path, whole: bool) -> None:
    with part.open("wb" if whole else "ab") as file:
        for piece in answer.iter_raw():
            file.write(piece)
            if file.tell() > MOST:
                raise FeedError(f"{answer.url} sends more than {MOST // 2**20} MB: not kept.")


def _asked_to_wait(answer: httpx2.Response) -> float | None:
    said = answer.headers.get("retry-after", "")
    if said.isdigit():
        return min(float(said), 300.0)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    return min(max((until - datetime.now(UTC)).total_seconds(), 0.0), 300.0)


def _kept(path: Path, stale: bool = False) -> Kept:
    return Kept(path, datetime.fromtimestamp(path.stat().st_mtime, UTC), stale)


def _read_note(path: Path) -> dict[str, str]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_bytes(body)
    beside.replace(path)


def _unreachable(url: str, error: Exception) -> FeedError:
    return FeedError(
        f"{url} cannot be reached from here ({type(error).__name__}), and no copy is kept."
        " The lessons need no network; for the real feeds, try again with one."
    )
