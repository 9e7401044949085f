"""Lines that a bench wants to be the last of the whole run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_LAST = pytest.StashKey[list[str]]()


@pytest.fixture
def say_last(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Print a line at once, and again when pytest has said everything else."""

    def say(line: str) -> None:
        with request.getfixturevalue("capsys").disabled():
            print(line)
        request.config.stash.setdefault(_LAST, []).append(line)

    return say


def pytest_unconfigure(config: pytest.Config) -> None:
    for line in config.stash.get(_LAST, []):
        print(line)
