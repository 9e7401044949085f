"""The OpenAI client of a lesson: on the practice provider, or on what the environment names."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openai
from openai import AsyncOpenAI, OpenAI

from autograder.errors import RungsError
from autograder.provider.live import Live, announce, live
from autograder.provider.pools import AsyncPool, Pool
from autograder.provider.server import Server, serve

if TYPE_CHECKING:
    from openai._models import FinalRequestOptions

    from autograder.provider.clock import Clock
    from autograder.provider.engine import Provider
    from autograder.provider.faults import FaultPlan

__all__ = ["PRACTICE_KEY", "NoPractice", "async_client", "client", "provider_of"]

PRACTICE_KEY = "practice"
"""What stands where a key is wanted; it opens nothing."""


class NoPractice(RungsError):
    """A client that talks to something else than a practice provider of this process."""


def client(
    *,
    base_url: str | None = None,
    seed: int | None = None,
    latency: float | None = None,
    clock: Clock | None = None,
    faults: FaultPlan | str | None = None,
    **options: Any,
) -> OpenAI:
    """Return an OpenAI client.

    Without arguments it talks to a practice provider that this process starts
    once, or to the live model that the environment names (see `live`). With
    `seed`, `latency` (a factor: 1 is as slow as the models' cards say, 0 is at
    once), `clock` or `faults` it has a practice provider of its own, which ends
    when the client is closed. With `base_url` it talks to the practice provider
    there. Anything else is the SDK's, e.g. `timeout` or `max_retries`.
    """
    wanted = _Wanted(seed, latency, clock, faults)
    endpoint = live() if base_url is None and wanted == _SHARED else None
    if endpoint is not None:
        announce(endpoint)
        return _LiveClient(endpoint, **options)
    url, on_close = _place(base_url, wanted)
    pool = Pool(on_close)
    http = openai.DefaultHttpxClient(transport=pool, trust_env=False)
    weakref.finalize(http, pool.close)  # for the many who never close a client
    return OpenAI(base_url=url, api_key=PRACTICE_KEY, http_client=http, **options)


def async_client(
    *,
    base_url: str | None = None,
    seed: int | None = None,
    latency: float | None = None,
    clock: Clock | None = None,
    faults: FaultPlan | str | None = None,
    **options: Any,
) -> AsyncOpenAI:
    """Return an asynchronous OpenAI client; the arguments are those of `client`."""
    wanted = _Wanted(seed, latency, clock, faults)
    endpoint = live() if base_url is None and wanted == _SHARED else None
    if endpoint is not None:
        announce(endpoint)
        return _AsyncLiveClient(endpoint, **options)
    url, on_close = _place(base_url, wanted)
    http = openai.DefaultAsyncHttpxClient(transport=AsyncPool(on_close), trust_env=False)
    weakref.finalize(http, on_close)
    return AsyncOpenAI(base_url=url, api_key=PRACTICE_KEY, http_client=http, **options)


def provider_of(client: OpenAI | AsyncOpenAI) -> Provider:
    """Return the practice provider behind a client, with its ledger, where this process owns it."""
    url = str(client.base_url).rstrip("/")
    server = _servers.get(url)
    if server is None:
        raise NoPractice(
            f"{url} is not a practice provider of this process: its ledger is kept there. "
            "Use a client that `client()` made here."
        )
    return server.provider


_lock = threading.Lock()
_shared: Server | None = None
_servers: weakref.WeakValueDictionary[str, Server] = weakref.WeakValueDictionary()


@dataclass(frozen=True)
class _Wanted:
    """What is asked of a provider; `_SHARED` where nothing is."""

    seed: int | None = None
    latency: float | None = None
    clock: Clock | None = None
    faults: FaultPlan | str | None = None


_SHARED = _Wanted()


def _place(base_url: str | None, wanted: _Wanted) -> tuple[str, Callable[[], None]]:
    """Return the URL to talk to, and what to do when the client is closed."""
    if base_url is not None:
        return base_url, _nothing
    if wanted == _SHARED:
        return _shared_server().base_url, _nothing
    server = _started(wanted)
    return server.base_url, server.close


def _nothing() -> None:
    return None


def _shared_server() -> Server:
    global _shared
    with _lock:
        if _shared is None or _shared.closed:
            _shared = _started(_SHARED)
        return _shared


def _started(wanted: _Wanted) -> Server:
    from autograder.provider.clock import WallClock
    from autograder.provider.engine import Provider

    clock = wanted.clock or WallClock(wanted.latency or 0)
    server = serve(Provider(seed=wanted.seed or 0, clock=clock, faults=wanted.faults))
    _servers[server.base_url] = server
    return server


def _forget() -> None:
    """Let a forked child start its own: the thread that serves is the parent's."""
    global _lock, _shared
    _lock, _shared = threading.Lock(), None


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forget)


def _keyed(endpoint: Live, options: dict[str, Any]) -> dict[str, Any]:
    # Ollama and its like want a key and read none; OpenAI's own comes from the environment.
    key = os.environ.get("OPENAI_API_KEY") or PRACTICE_KEY
    return {"base_url": endpoint.address, "api_key": key, **options}


def _renamed(endpoint: Live, options: FinalRequestOptions) -> FinalRequestOptions:
    """Put the live model's name where the code names a practice model."""
    body = options.json_data
    asked = str(body.get("model", "")) if isinstance(body, dict) else ""
    if not isinstance(body, dict) or not asked.startswith("practice-"):
        return options
    vectors = options.url.endswith("embeddings")
    name = endpoint.embed_model if vectors else endpoint.model
    if name:
        options.json_data = {**body, "model": name}
    elif endpoint.model or endpoint.embed_model:
        variable = "RUNGS_EMBED_MODEL" if vectors else "RUNGS_MODEL"
        raise NoPractice(
            f"{endpoint.shown} is asked for {asked}: set {variable} to a model that it has."
        )
    return options


class _LiveClient(OpenAI):
    """Ask a live endpoint, under its own models' names."""

    def __init__(self, endpoint: Live | None = None, **options: Any) -> None:
        # `with_options` makes a copy from keyword arguments alone.
        self._endpoint = endpoint or live() or Live("")
        super().__init__(**(_keyed(self._endpoint, options)))

    def _prepare_options(self, options: FinalRequestOptions) -> FinalRequestOptions:
        return _renamed(self._endpoint, super()._prepare_options(options))


class _AsyncLiveClient(AsyncOpenAI):
    """Ask a live endpoint, under its own models' names."""

    def __init__(self, endpoint: Live | None = None, **options: Any) -> None:
        self._endpoint = endpoint or live() or Live("")
        super().__init__(**(_keyed(self._endpoint, options)))

    async def _prepare_options(self, options: FinalRequestOptions) -> FinalRequestOptions:
        return _renamed(self._endpoint, await super()._prepare_options(options))
