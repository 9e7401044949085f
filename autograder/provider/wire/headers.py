"""The headers that every reply of the API carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256

from starlette.types import Scope

__all__ = ["ORGANIZATION", "VERSION", "decoded", "encoded", "sent_headers"]

ORGANIZATION = "org-practice"
VERSION = "2020-10-01"  # what api.openai.com has sent as openai-version since it has sent one
_KEPT = 64  # headers of a request that the ledger keeps; a client sends about 20
_SECRET = b"authorization"


def encoded(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Return headers as ASGI wants them."""
    return [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]


def decoded(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return ASGI's headers as text."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}


def sent_headers(scope: Scope) -> Mapping[str, str]:
    """Return a request's headers for the ledger, a hash in place of the key."""
    return {
        name.decode("latin-1"): value.decode("latin-1") if name != _SECRET else _hashed(value)
        for name, value in scope["headers"][:_KEPT]
    }


@lru_cache(maxsize=256)
def _hashed(key: bytes) -> str:
    return f"sha256:{sha256(key).hexdigest()[:16]}"
