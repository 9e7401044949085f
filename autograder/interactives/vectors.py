"""Which of two documents is nearer to a query in the plane: four measures and their figure.

Cosine similarity between texts as vectors is Salton, Wong and Yang's (Communications of the
ACM 18(11), 1975). Where both have length 1, the squared distance is 2 - 2 cosine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import atan2, cos, degrees, hypot, radians, sin, sqrt

from autograder.drawing import figure, text

__all__ = ["START", "compute", "draw"]

START = {"aLength": 1.9, "aDegrees": 62.0, "bLength": 0.8, "bDegrees": 50.0}
_QUERY = (1.0, 30.0)  # length and degrees
_UNIT, _LEFT, _LOW = 138.0, 310.0, 300.0  # pixels a unit, and where the origin stands


def compute(values: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Measure both documents against the query.

    `values` are named as in `START`: lengths, and directions in degrees.
    """
    return {
        name: _measured(values[f"{name}Length"], values[f"{name}Degrees"]) for name in ("a", "b")
    }


def _measured(length: float, direction: float) -> dict[str, float]:
    cosine = cos(radians(direction - _QUERY[1]))
    return {
        "cosine": cosine,
        "dot": length * _QUERY[0] * cosine,
        "distance": sqrt(max(length**2 + _QUERY[0] ** 2 - 2 * length * _QUERY[0] * cosine, 0)),
        "unit": sqrt(max(2 - 2 * cosine, 0)),
    }


def draw() -> str:
    """Draw the query and both documents as they stand at the start."""
    found = compute(START)
    a, b = found["a"], found["b"]
    arrows = [
        ("query", *_QUERY, "var(--pst-color-text-base)"),
        ("A", START["aLength"], START["aDegrees"], "var(--pst-color-primary)"),
        ("B", START["bLength"], START["bDegrees"], "var(--pst-color-inline-code)"),
    ]
    drawn = [*_rings(), *(part for arrow in arrows for part in _arrow(*arrow))]
    return figure(
        "cosine-figure",
        (620, 330),
        "Cosine calls B nearer, the dot product A",
        f"Three arrows from one point. The query has length 1 and points to 30 degrees. "
        f"A, of length {START['aLength']:g} at {START['aDegrees']:g} degrees, has cosine "
        f"{a['cosine']:.2f}, dot product {a['dot']:.2f} and distance {a['distance']:.2f}. "
        f"B, of length {START['bLength']:g} at {START['bDegrees']:g} degrees, has cosine "
        f"{b['cosine']:.2f}, dot product {b['dot']:.2f} and distance {b['distance']:.2f}.",
        drawn,
        f"A: cosine {a['cosine']:.2f}, dot product {a['dot']:.2f}, distance {a['distance']:.2f}. "
        f"B: cosine {b['cosine']:.2f}, dot product {b['dot']:.2f}, distance {b['distance']:.2f}. "
        "Computed.",
    )


def _rings() -> Iterator[str]:
    for radius in (1, 2):
        reach = radius * _UNIT
        yield (
            f'<path d="M{_LEFT - reach:g} {_LOW:g}A{reach:g} {reach:g} 0 0 1 {_LEFT + reach:g} '
            f'{_LOW:g}" style="fill:none;stroke:var(--rungs-line)"/>'
        )
        yield text(_LEFT + reach, _LOW + 22, str(radius), "middle")
    yield (
        f'<path d="M{_LEFT - 2.1 * _UNIT:g} {_LOW:g}H{_LEFT + 2.1 * _UNIT:g}" '
        'style="stroke:var(--pst-color-text-muted)"/>'
    )


def _arrow(name: str, length: float, direction: float, colour: str) -> Iterator[str]:
    across, up = length * cos(radians(direction)), length * sin(radians(direction))
    x, y = round(_LEFT + across * _UNIT, 1), round(_LOW - up * _UNIT, 1)
    turn = degrees(atan2(y - _LOW, x - _LEFT))
    yield f'<path d="M{_LEFT:g} {_LOW:g}L{x:g} {y:g}" style="stroke:{colour};stroke-width:2.6"/>'
    yield (
        f'<path d="M4 0L-9 -6V6Z" style="fill:{colour}" '
        f'transform="translate({x:g} {y:g}) rotate({turn:.1f})"/>'
    )
    out = hypot(across, up)
    aside = len(name) > 1  # a word stands beside the tip, a letter before it
    at = (x + 10, y + 9) if aside else (x + 18 * across / out, y - 18 * up / out + 5)
    yield text(*at, name, "start" if aside else "middle", quiet=False)
