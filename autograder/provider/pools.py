"""Connections of a client to a provider on this computer, right after a fork and in any loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

import httpx2

__all__ = ["AsyncPool", "Pool"]

# Few idle connections: the provider counts every open one.
_FEW_KEPT = httpx2.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=30)
_NONE_KEPT = httpx2.Limits(max_connections=None, max_keepalive_connections=0)


class Pool(httpx2.BaseTransport):
    """Reuse connections within one process; a forked child opens its own.

    Two processes that wrote to one inherited connection would read each
    other's replies. `on_close` runs once, when the client is closed.
    """

    def __init__(self, on_close: Callable[[], None]) -> None:
        self._on_close = on_close
        self._pools = {os.getpid(): _sync_pool()}

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request."""
        pool = self._pools.get(os.getpid())
        if pool is None:
            # The parent's is kept as it is: closing it here would be the parent's business.
            pool = self._pools[os.getpid()] = _sync_pool()
        return pool.handle_request(request)

    def close(self) -> None:
        """Close this process's connections."""
        pool = self._pools.get(os.getpid())
        if pool is not None:
            pool.close()
        self._on_close()


class AsyncPool(httpx2.AsyncBaseTransport):
    """Open a connection for each request, in whatever event loop it comes from.

    A notebook's loop and the one a check runs a coroutine in are not the same,
    and a connection that is kept belongs to one loop: where that has ended, it
    cannot even be closed. `on_close` runs when the client is closed.
    """

    def __init__(self, on_close: Callable[[], None]) -> None:
        self._on_close = on_close
        self._pools: dict[asyncio.AbstractEventLoop, httpx2.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request."""
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            self._pools = {one: kept for one, kept in self._pools.items() if not one.is_closed()}
            pool = self._pools[loop] = httpx2.AsyncHTTPTransport(
                verify=False, trust_env=False, limits=_NONE_KEPT
            )
        return await pool.handle_async_request(request)

    async def aclose(self) -> None:
        """Close what is still connected in this loop."""
        pool = self._pools.pop(asyncio.get_running_loop(), None)
        if pool is not None:
            await pool.aclose()
        self._on_close()


def _sync_pool() -> httpx2.HTTPTransport:
    # Plain HTTP on loopback: no certificates to load, no proxy of the environment.
    return httpx2.HTTPTransport(verify=False, trust_env=False, limits=_FEW_KEPT)
