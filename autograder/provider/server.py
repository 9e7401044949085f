"""A provider on a real socket, answered in a thread of its own."""

from __future__ import annotations

import asyncio
import atexit
import errno
import os
import socket
import threading
from email.utils import formatdate
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import uvicorn
from uvicorn.server import ServerState

from autograder.errors import RungsError
from autograder.provider.clock import Clock
from autograder.provider.connection import MOST_CONNECTIONS, Connection

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["LOOPBACK", "CannotServe", "Server", "is_loopback", "serve"]

LOOPBACK = "127.0.0.1"
_KEEP_ALIVE = 75  # seconds; longer than a client keeps an idle connection, so no request is lost
_LONGEST_START = 10.0  # seconds
_LONGEST_END = 5.0


class CannotServe(RungsError):
    """The address is taken, does not exist on this computer, or may not be used."""


class Server:
    """A provider's ASGI application on a listening socket; it owns the socket and closes it.

    It answers from a daemon thread with an event loop of its own, so it does
    not matter whether the caller runs one. After a fork the thread belongs to
    the parent: the child reaches the same server over the socket, and its copy
    of this object does nothing.
    """

    def __init__(self, provider: Provider, application: Any, sock: socket.socket) -> None:
        self.provider = provider
        self.address = _address(sock)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._uvicorn = _Uvicorn(application, provider.clock)
        self._sock = sock
        self._pid = os.getpid()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(
            target=self._run, name=f"practice provider at {self.address}", daemon=True
        )
        self._thread.start()
        if not self._uvicorn.ready.wait(_LONGEST_START) or self._failure is not None:
            raise CannotServe(f"{self.address} could not be served: {self._failure}.")
        atexit.register(self.close)

    @property
    def base_url(self) -> str:
        """Return what a client takes as its base URL."""
        return f"{self.address}/v1"

    @property
    def closed(self) -> bool:
        """Tell whether it answers no more."""
        return not self._thread.is_alive()

    def settle(self) -> None:
        """Return once every call whose reply a client holds in full is in the ledger.

        A reply's last bytes leave in the step that also writes it down, so a
        turn of the loop is enough.
        """
        if self._loop is not None and not self.closed:
            turn = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._loop)
            turn.result(_LONGEST_END)

    def close(self) -> None:
        """Drop every connection, end the thread and close the socket; again does nothing."""
        if self._pid != os.getpid():
            return
        atexit.unregister(self.close)
        self._uvicorn.stop(self._loop)
        if threading.current_thread() is not self._thread:
            self._thread.join(_LONGEST_END)

    def __enter__(self) -> Self:
        """Serve until the block ends."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _run(self) -> None:
        try:
            with asyncio.Runner() as runner:
                self._loop = runner.get_loop()
                runner.run(self._uvicorn.serve([self._sock]))
        except Exception as err:
            self._failure = err
        finally:
            self._sock.close()
            self._uvicorn.ready.set()


def serve(
    provider: Provider,
    sock: socket.socket | None = None,
    *,
    host: str = LOOPBACK,
    port: int = 0,
    notice: str = "",
) -> Server:
    """Serve a provider on `sock`, else on a socket bound to `host` and `port` (0: any free one).

    `sock` may come from another network namespace; it need not listen yet. It
    answers when this returns, with a page at `/` that shows `notice`.
    """
    from autograder.provider.page import Page
    from autograder.provider.wire.app import application

    answers = Page(application(provider), provider, notice)
    return Server(provider, answers, sock or _bound(host, port))


def is_loopback(host: str) -> bool:
    """Tell whether only this computer reaches an address."""
    return host in ("localhost", "::1") or host.startswith("127.")


class _Uvicorn(uvicorn.Server):
    """uvicorn without its ticking: it sleeps until it is told to stop, and then stops at once."""

    def __init__(self, application: Any, clock: Clock) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                http=Connection,
                ws="none",
                lifespan="off",
                loop="asyncio",
                log_config=None,
                proxy_headers=False,
                backlog=MOST_CONNECTIONS,
                timeout_keep_alive=_KEEP_ALIVE,
            )
        )
        self.server_state = _Dated(clock)
        self.ready = threading.Event()
        self._stop = asyncio.Event()

    def stop(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """End `main_loop`, from any thread."""
        if loop is not None and not loop.is_closed():
            try:
                loop.call_soon_threadsafe(self._stop.set)
            except RuntimeError:
                return  # it closed in between

    async def main_loop(self) -> None:
        """Wait for `stop`."""
        self.ready.set()
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drop what is connected and cancel what is being answered."""
        for listener in self.servers:
            listener.close()
        await asyncio.sleep(0)  # what was being accepted is then in the list
        while connections := _connections(self):
            for connection in connections:
                connection.transport.abort()
            await asyncio.gather(*(connection.gone.wait() for connection in connections))
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Dated(ServerState):
    """Put the provider's time, which may be virtual, into every reply."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        super().__init__()

    @property
    def default_headers(self) -> list[tuple[bytes, bytes]]:
        return [(b"date", formatdate(self._clock.now(), usegmt=True).encode())]

    @default_headers.setter
    def default_headers(self, value: object) -> None:
        """Ignore what uvicorn prepares once a second."""


def _connections(server: uvicorn.Server) -> list[Connection]:
    return [c for c in server.server_state.connections if isinstance(c, Connection)]


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        if not 0 <= port < 65536:
            raise OSError(errno.EINVAL, "a port is a number from 0 to 65535")
        return socket.create_server((host, port), family=family, backlog=MOST_CONNECTIONS)
    except OSError as err:
        raise CannotServe(
            f"{host} port {port} cannot be served: {err.strerror or err}. "
            "Choose another port, or 0 for any free one."
        ) from err


def _address(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
