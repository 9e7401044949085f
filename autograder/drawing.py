"""Pictures of the book as SVG that follows the page's colours and needs no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Plane", "dot", "figure", "names", "percent", "percents", "text"]


@dataclass(frozen=True)
class Plane:
    """A plane of `width` by `height` pixels with two scales; the origin is at the lower left."""

    x: tuple[float, float]
    y: tuple[float, float]
    width: int = 640
    height: int = 300
    left: int = 66
    top: int = 20

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Turn a point of the data into pixels."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return (
            round(self.left + across * self.width, 1),
            round(self.top + (1 - up) * self.height, 1),
        )

    def line(self, points: Iterable[tuple[float, float]], style: str) -> str:
        """Join points by a line."""
        path = " ".join(f"{x:g},{y:g}" for x, y in (self.at(*point) for point in points))
        return f'<polyline points="{path}" style="fill:none;stroke-width:2.6;{style}"/>'

    def rulers(
        self, xs: Sequence[tuple[float, str]], ys: Sequence[tuple[float, str]]
    ) -> Iterator[str]:
        """Rule the plane at each `ys`, tick it at each `xs`; both are value and words."""
        for value, words in ys:
            x, y = self.at(self.x[0], value)
            yield f'<path d="M{x:g} {y:g}h{self.width}" style="stroke:var(--rungs-line)"/>'
            yield text(x - 9, y + 5, words, "end")
        for value, words in xs:
            x, y = self.at(value, self.y[0])
            yield f'<path d="M{x:g} {y:g}v6" style="stroke:var(--pst-color-text-muted)"/>'
            yield text(x, y + 24, words, "middle")

    def titles(self, x: str, y: str) -> Iterator[str]:
        """Say what each scale measures."""
        yield text(self.left + self.width / 2, self.top + self.height + 52, x, "middle")
        yield text(8, 14, y, "start")


def text(x: float, y: float, words: str, anchor: str = "start", quiet: bool = True) -> str:
    """Write words at a point, in pixels."""
    kind = ' class="quiet"' if quiet else ""
    return (
        f'<text{kind} x="{x:g}" y="{y:g}" font-size="16" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def percent(share: float, digits: int = 0) -> str:
    """Write a share as a percentage whose sign stays with its number."""
    return f"{100 * share:.{digits}f}\N{NO-BREAK SPACE}%"


def dot(x: float, y: float, colour: str, filled: bool) -> str:
    """Draw a ring, or a disc where it is filled."""
    inside = colour if filled else "var(--pst-color-background)"
    style = f"fill:{inside};stroke:{colour};stroke-width:2.6"
    return f'<circle cx="{x:g}" cy="{y:g}" r="7" style="{style}"/>'


def figure(
    id: str,
    size: tuple[int, int],
    title: str,
    said: str,
    drawn: Iterable[str],
    caption: str,
    role: str = "img",
    least: float = 0.66,
) -> str:
    """Wrap what is drawn as a figure with a title, a text for those who cannot see it, a caption.

    `size` is in pixels; `id` is unique in its page. Colours are the theme's variables. A picture
    with links takes the role `group`: within an `img` a screen reader meets none of them.
    On a narrow page it shrinks to the share `least` of its size and then scrolls.
    """
    return "\n".join(
        [
            "<figure>",
            # On a phone the picture keeps a size that can be read, and moves under the finger.
            f'<div style="overflow-x:auto" tabindex="0" role="group" aria-label="{escape(title)}">',
            # Two units more on each side: a stroke along the edge is drawn whole.
            f'<svg class="rungs-diagram" style="min-width:{size[0] * least:.0f}px;'
            f'max-width:{size[0]}px" viewBox="-2 0 {size[0] + 4} {size[1]}" role="{role}" '
            f'aria-labelledby="{id}-title {id}-text" xmlns="http://www.w3.org/2000/svg">',
            f'<title id="{id}-title">{escape(title)}</title>',
            f'<desc id="{id}-text">{escape(said)}</desc>',
            *drawn,
            "</svg>",
            "</div>",
            f"<figcaption>{escape(caption)}</figcaption>",
            "</figure>",
        ]
    )


def percents(low: int, high: int, step: int) -> list[tuple[float, str]]:
    """Mark a scale of shares from `low` to `high` percent, as value and words."""
    return [(n / 100, f"{n} %") for n in range(low, high + 1, step)]


def names(ends: Iterable[tuple[float, float, str]]) -> Iterator[str]:
    """Write names at the ends of lines, one below the other where they would overlap."""
    free = 0.0
    for x, y, name in sorted(ends, key=lambda end: end[1]):
        free = max(free, y)
        yield text(x + 10, free + 5, name, quiet=False)
        free += 20
