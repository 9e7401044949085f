"""A server on the loopback that publishes feeds as their sources do, in small."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from autograder.feeds import Store


@dataclass
class Answer:
    """What a path answers; `breaks_at` cuts the body there, once."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    breaks_at: int | None = None


@dataclass
class Publisher:
    """A source: `at` maps paths to answers, a list being answered in turn; `asked` is a log."""

    base: str = ""
    at: dict[str, Answer | list[Answer] | Callable[[str], Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def answer(self, target: str) -> Answer:
        found = self.at.get(target.split("?")[0], Answer(status=404))
        if callable(found):
            return found(target)
        return (found.pop(0) if len(found) > 1 else found[0]) if isinstance(found, list) else found


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """Serve a `Publisher` for one test, with ranges and conditional requests."""
    source = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {key.lower(): value for key, value in self.headers.items()}
            source.asked.append((self.path, headers))
            answer = source.answer(self.path)
            body, status, etag = answer.body, answer.status, answer.headers.get("etag")
            if etag and headers.get("if-none-match") == etag:
                body, status = b"", 304
            elif etag and headers.get("if-range") == etag:
                begin = int(headers["range"].removeprefix("bytes=").removesuffix("-"))
                body, status = body[begin:], 206
            self.send_response(status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            cut, answer.breaks_at = answer.breaks_at, None
            self.wfile.write(body[:cut])
            if cut is not None:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        source.base = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield source
        server.shutdown()
        thread.join()


@dataclass
class Desk:
    """A store with what it said and how long it would have waited, in seconds."""

    store: Store
    said: list[str]
    waited: list[float]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Keep downloads in a new folder, and note waits instead of waiting."""
    said: list[str] = []
    waited: list[float] = []
    return Desk(Store(tmp_path / "feeds", said.append, waited.append), said, waited)
