"""References to a source's line, such as `S0:33 S1:27,32 S2:124-141`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.errors import ContentError

__all__ = ["cited_lines", "cited_sources"]

_SHAPE = re.compile(r"(S\d):(\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)")


def cited_lines(refs: str) -> Iterator[tuple[str, int]]:
    """Yield every (source id, line number) of a reference; raise `ContentError` on another form."""
    for part in refs.split():
        match = _SHAPE.fullmatch(part)
        if match is None:
            raise ContentError(
                f"{part!r} is not a reference. Write one as S2:124 or S2:124-141,150."
            )
        source, spans = match.groups()
        for span in spans.split(","):
            first, _, last = span.partition("-")
            for line in range(int(first), int(last or first) + 1):
                yield source, line


def cited_sources(refs: str) -> list[str]:
    """List the sources that a reference names, in order, each once."""
    return list(dict.fromkeys(source for source, _ in cited_lines(refs)))
