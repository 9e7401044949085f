"""The practice provider: a model API with the real wire format and known behaviour.

A lesson imports the names below and nothing else of this package; each is
resolved on first use, so that importing this loads neither a server nor a client.
It is a simulation of effects: what a model would really say, it does not know.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["async_client", "async_sleeper", "client", "provider_of", "sleeper", "talking_to"]

_HOMES = {
    "async_client": "clients",
    "async_sleeper": "sleeping",
    "client": "clients",
    "provider_of": "clients",
    "sleeper": "sleeping",
    "talking_to": "live",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
