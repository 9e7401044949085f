"""Providers on real sockets, and clients that talk to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx2
import openai
import pytest

from autograder.provider.engine import Provider
from autograder.provider.server import serve


@dataclass(frozen=True)
class Practice:
    """A served provider, the SDK's client on it, and one that sends whatever it is given."""

    provider: Provider
    client: openai.OpenAI
    http: httpx2.Client


Serving = Callable[..., Practice]


@pytest.fixture
def serving() -> Iterator[Serving]:
    """Return a function that serves a provider; its arguments are those of `Provider`."""
    with ExitStack() as stack:

        def start(**options: Any) -> Practice:
            provider = Provider(**options)
            server = stack.enter_context(serve(provider))
            client = openai.OpenAI(base_url=server.base_url, api_key="practice", max_retries=0)
            http = httpx2.Client(
                base_url=server.base_url, headers={"authorization": "Bearer practice"}
            )
            return Practice(provider, stack.enter_context(client), stack.enter_context(http))

        yield start


@pytest.fixture
def practice(serving: Serving) -> Practice:
    """Serve a provider of seed 0."""
    return serving()
