"""Figures of the practice models, drawn from the formulas that the models draw with."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, pi, sqrt

from autograder.drawing import Plane, dot, figure, names, percents, text
from autograder.provider.behaviour.effects import right
from autograder.provider.behaviour.features import Features
from autograder.provider.card import Card, cards

__all__ = ["first_token", "place", "slices"]

# Told apart by colour, by dashes and by the name at the line; all change with the theme.
_LINES = (
    "stroke:var(--pst-color-text-base)",
    "stroke:var(--pst-color-inline-code)",
    "stroke:var(--pst-color-primary)",
    "stroke:var(--pst-color-text-base);stroke-dasharray:9 5",
    "stroke:var(--pst-color-text-muted);stroke-dasharray:3 4",
)
_PASSAGES = 20
_SLICES = (("", "plain text"), ("table", "tables"), ("german", "German"), ("code", "code, logs"))


def place() -> str:
    """Draw how often an answer is right by where its passage stands among twenty."""
    plot = Plane((1, _PASSAGES), (0.2, 1), width=520, top=34)
    places = [Features(passages=_PASSAGES, place=n / (_PASSAGES - 1)) for n in range(_PASSAGES)]
    shares = {card.version: [right(card, where) for where in places] for card in _chat()}
    drawn = [
        *plot.rulers([(n, str(n)) for n in (1, 5, 10, 15, 20)], percents(20, 100, 20)),
        *plot.titles("the place of the passage that holds the answer, of 20", "right answers"),
    ]
    ends = []
    for (version, share), style in zip(shares.items(), _LINES, strict=True):
        drawn.append(plot.line(enumerate(share, start=1), style))
        ends.append((*plot.at(_PASSAGES, share[-1]), version))
    drawn += names(ends)
    said = "; ".join(
        f"{version} {share[0]:.0%} first, {min(share):.0%} in the middle, {share[-1]:.0%} last"
        for version, share in shares.items()
    )
    return figure(
        "place",
        (836, 400),
        "An answer in the middle is missed",
        f"Share of right answers by the place of the right passage among twenty: {said}.",
        drawn,
        "A passage in the middle of twenty is used less than the first or the last. "
        "Simulated: the curves are the models' own formula, at temperature 0, "
        "with a prompt that says nothing about grounding.",
    )


def slices() -> str:
    """Draw where the newer small model is better than the older, and where it got worse."""
    old, new = (card for card in _chat() if card.name == "practice-small")
    plot = Plane((0.3, 0.9), (0, len(_SLICES)), width=440, height=190, left=110)
    drawn = [*plot.rulers([(n / 100, f"{n} %") for n in range(30, 91, 10)], [])]
    said = []
    for row, (name, words) in enumerate(_SLICES):
        level = len(_SLICES) - row - 0.5
        before, after = (right(card, Features(slice=name)) for card in (old, new))
        worse = after < before
        colour = "var(--rungs-fail)" if worse else "var(--pst-color-primary)"
        drawn.append(plot.line([(before, level), (after, level)], f"stroke:{colour}"))
        drawn += [dot(*plot.at(before, level), colour, False)]
        drawn += [dot(*plot.at(after, level), colour, True)]
        drawn.append(text(plot.left - 14, plot.at(0.3, level)[1] + 5, words, "end", quiet=False))
        change = f"{after - before:+.0%}".replace("-", "\N{MINUS SIGN}").replace("%", " points")
        drawn.append(text(plot.left + plot.width + 20, plot.at(0.3, level)[1] + 5, change))
        said.append(f"{words} {before:.0%} to {after:.0%}")
    drawn += [*plot.titles("right answers to a question over one passage", "")]
    return figure(
        "slices",
        (680, 280),
        "A newer version, better on average and worse on tables",
        f"Share of right answers of {old.version} (open circle) and {new.version} (filled): "
        f"{'; '.join(said)}.",
        drawn,
        f"From {old.version} (open) to {new.version} (filled). "
        "An average over plain text shows progress; only a look at the slice shows the loss. "
        "Simulated: computed from the cards.",
    )


def first_token() -> str:
    """Draw the distributions of the time to the first token of a short prompt."""
    top, last = 0.0, 1.5
    curves = []
    for card, style in zip(_chat(), _LINES, strict=True):
        density = _lognormal(card["latency.first_median"], card["latency.first_sigma"])
        points = [(x / 200, density(x / 200)) for x in range(1, int(last * 200) + 1)]
        top = max(top, *(y for _, y in points))
        curves.append((card, style, points))
    plot = Plane((0, last), (0, top * 1.08), width=660, height=240, left=20)
    seconds = [(n / 4, f"{n / 4:g} s") for n in range(0, int(last * 4) + 1, 2)]
    drawn = [*plot.rulers(seconds, [(0, "")])]
    peaks = []
    for card, style, points in curves:
        drawn.append(plot.line(points, style))
        peak = max(points, key=lambda point: point[1])
        x, y = plot.at(*peak)
        peaks.append((x, y - 8, card.version.removeprefix("practice-")))
    drawn += [text(x, y, name, "start", quiet=False) for x, y, name in peaks]
    drawn += [*plot.titles("time to the first token of a short prompt", "")]
    said = "; ".join(f"{c.version} median {c['latency.first_median']:g} s" for c in _chat())
    return figure(
        "first-token",
        (710, 330),
        "Waiting for the first token",
        f"Density of the time to the first token, log-normal: {said}.",
        drawn,
        "Latencies are skewed: the median says little about the slowest call in a hundred. "
        "Reasoning comes on top. Simulated: the cards' own distributions.",
    )


def _lognormal(median: float, sigma: float) -> Callable[[float], float]:
    return lambda x: exp(-((log(x / median) / sigma) ** 2) / 2) / (x * sigma * sqrt(2 * pi))


def _chat() -> list[Card]:
    return [card for card in cards().values() if card.kind == "chat"]
