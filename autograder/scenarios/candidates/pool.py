"""Many candidates as tables of counts, stratified by what they lose."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.errors import ContentError
from autograder.scenarios.candidates.counting import binomial
from autograder.scenarios.candidates.records import Pool, Table
from autograder.scenarios.candidates.sealed import Pooled, PoolParameters
from autograder.scenarios.candidates.suite import slice_names
from autograder.scenarios.draws import Stream

__all__ = ["pool"]


def pool(
    seed: int,
    *,
    count: int = 300,
    items: int = 2_695,
    mde: float = 0.02,
    discordant: float = 0.1,
    multiples: Sequence[float] = (0.0, 0.5, 1.0, 1.5),
    slices: int = 0,
    realm: str = "judge",
) -> Pooled:
    """Draw tables of candidates that lose these multiples of the effect, equally many of each.

    With `slices`, each candidate has that many beside its table, all of the same
    size; of those that lose nothing overall, every other loses in one slice what
    the others gain.
    """
    parameters = PoolParameters(
        seed, realm, count, items, mde, discordant, tuple(multiples), slices
    )
    _check(parameters)
    stream = Stream((realm, seed), "pool")
    names = slice_names(stream, slices) if slices else []
    order = stream.shuffled([multiples[i % len(multiples)] for i in range(count)])
    tables, by_slice, losses = [], {}, {}
    for number, multiple in enumerate(order, 1):
        name = f"c{number:03d}"
        loss = multiple * mde
        spread = _spread(stream, loss, slices, discordant) if slices else (loss,)
        size = items // max(1, slices)
        drawn = [
            _table(stream, part, size, lost, discordant)
            for part, lost in zip(names or [name], spread, strict=True)
        ]
        whole = Table(name, *(sum(getattr(t, f) for t in drawn) for f in ("items", "lost", "won")))
        tables.append(whole)
        if slices:
            by_slice[name] = tuple(drawn)
        losses[name] = spread
    multiples_of = {t.name: m for t, m in zip(tables, order, strict=True)}
    return Pooled(Pool(tuple(tables), by_slice), multiples_of, losses, parameters)


def _check(of: PoolParameters) -> None:
    deepest = max(map(abs, of.multiples), default=0.0) * of.mde
    wrong = {
        f"count={of.count}: at least one for each of {len(of.multiples)} multiples": not (
            0 < len(of.multiples) <= of.count
        ),
        f"discordant={of.discordant}: above the deepest loss, {deepest:g}, and at most 0.5": not (
            deepest < of.discordant <= 0.5
        ),
        f"slices={of.slices}: 0, or 2 to 10, and at most the items": not (
            of.slices == 0 or 2 <= of.slices <= min(10, of.items)
        ),
        f"items={of.items}: at least 1": of.items < 1,
    }
    for message, found in wrong.items():
        if found:
            raise ContentError(f"pool() cannot use {message}.")


def _spread(stream: Stream, loss: float, slices: int, discordant: float) -> tuple[float, ...]:
    """Give each slice the loss; in every other harmless candidate one slice pays for the rest."""
    if loss or stream.chance(0.5):
        return (loss,) * slices
    hit, deep = stream.integer(0, slices - 1), 0.8 * discordant
    return tuple(deep if i == hit else -deep / (slices - 1) for i in range(slices))


def _table(stream: Stream, name: str, items: int, loss: float, discordant: float) -> Table:
    apart = binomial(stream.unit(), items, discordant)
    lost = binomial(stream.unit(), apart, (discordant + loss) / discordant / 2)
    return Table(name, items, lost, apart - lost)
