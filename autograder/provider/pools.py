"""Connections of a client to a provider on this computer, right after a fork and in any loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from weakref import WeakKeyDictionary

import httpx2

__all__ = ["AsyncPool", "Pool"]

# Keep few idle connections: the provider counts every open one.
_LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=30)


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
    """Reuse connections within one event loop of one process.

    A notebook's loop and the one a check runs a coroutine in are not the same.
    """

    def __init__(self, on_close: Callable[[], None]) -> None:
        self._on_close = on_close
        self._pid = os.getpid()
        self._pools = _new_pools()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request."""
        if self._pid != os.getpid():
            self._pid, self._parents, self._pools = os.getpid(), self._pools, _new_pools()
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            pool = self._pools[loop] = httpx2.AsyncHTTPTransport(
                verify=False, trust_env=False, limits=_LIMITS
            )
        return await pool.handle_async_request(request)

    async def aclose(self) -> None:
        """Close this loop's connections."""
        pool = self._pools.pop(asyncio.get_running_loop(), None)
        if pool is not None:
            await pool.aclose()
        self._on_close()


_Pools = WeakKeyDictionary[asyncio.AbstractEventLoop, httpx2.AsyncHTTPTransport]


def _new_pools() -> _Pools:
    return WeakKeyDictionary()


def _sync_pool() -> httpx2.HTTPTransport:
    # Plain HTTP on loopback: no certificates to load, no proxy of the environment.
    return httpx2.HTTPTransport(verify=False, trust_env=False, limits=_LIMITS)
