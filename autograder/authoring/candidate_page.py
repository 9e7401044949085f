"""The book's generated page of the candidate scenario: its datasheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from autograder.authoring.datasheet import Datasheet, percent
from autograder.scenarios.candidates import (
    CONFOUNDS,
    KINDS,
    TRAITS,
    Table,
    World,
    pool,
    stage,
)

__all__ = ["candidate_page"]

_SHEET = Datasheet("candidates", "candidate_page")
_POOL = 300
_STAGE = {
    "seed": "a whole number; the same seed gives the same registry, byte for byte",
    "items": "items of the first golden set; 60 to 20,000",
    "candidates": "versions beside the baseline; 1 to 12, half of them worse",
    "mde": "the minimum detectable effect, as a share of requests; at most 0.03",
    "kinds": "how quality may move",
    "traits": "what else a candidate may bring",
    "confounds": "what may stand between its runs and a comparison",
    "realm": "registries of different realms differ, whatever the seed",
}
_DRAWN = {
    "seed": "a whole number",
    "count": "how many candidates",
    "items": "items of each",
    "mde": "the minimum detectable effect",
    "discordant": "share of items on which candidate and baseline disagree",
    "multiples": "of the effect that candidates lose, equally many of each",
    "slices": "0, or 2 to 10 of the same size",
    "realm": "as above",
}


def candidate_page() -> bytes:
    """Render the datasheet."""
    return _SHEET.render(
        example=_example(),
        staged=_SHEET.parameters(stage, _STAGE, every=("kinds", "traits", "confounds")),
        drawn=_SHEET.parameters(pool, _DRAWN),
        kinds=[(f"`{k.name}`", _multiple(k.loss), k.shows, k.mistaken) for k in KINDS.values()],
        traits=[(f"`{t.name}`", t.shows) for t in TRAITS.values()],
        confounds=[
            (f"`{c.name}`", "yes" if c.valid else "no", c.shows, c.mistaken)
            for c in CONFOUNDS.values()
        ],
        pooled=_pooled(),
        count=_POOL,
    )


def _multiple(loss: float) -> str:
    return "none" if not loss else f"{loss:g}"


@lru_cache(maxsize=1)
def _shown() -> World:
    """Choose a registry with runs that compare, and some that a judge or an author confounds."""
    wanted = {"judge", "retried", "tuned"}
    worlds = (stage(seed, realm="book") for seed in range(200))
    return next(w for w in worlds if wanted <= {e.confound for e in w.truth.effects.values()})


def _example() -> dict[str, object]:
    world = _shown()
    public, truth = world.public, world.truth
    runs = [
        (
            f"`{r.id}`",
            r.version,
            r.golden,
            r.judge,
            r.settings["index"],
            f"{len(r.items)} of {r.planned}",
            percent(sum(p or 0 for p in r.passed), sum(p is not None for p in r.passed)),
        )
        for r in public.runs
    ]
    effects = [
        (
            name,
            f"`{e.kind}`",
            f"{100 * e.loss:+.2f}",
            f"`{e.trait}`",
            f"`{e.confound}`",
            " and ".join(f"`{run}`" for run in truth.pairs[name] or ()) or "none",
        )
        for name, e in truth.effects.items()
    ]
    return {"public": public, "runs": runs, "effects": effects}


def _pooled() -> list[tuple[str, str, str, str]]:
    """Count what a naive rule says about a pool: the candidate's mean is at least as good."""
    drawn = pool(1, count=_POOL, realm="book")
    small = pool(1, count=_POOL, items=100, realm="book")
    rows = []
    for multiple in drawn.parameters.multiples:
        rows.append(
            (
                f"{multiple:g}",
                _share(drawn.public.tables, drawn.multiples, multiple),
                _share(small.public.tables, small.multiples, multiple),
                f"{100 * multiple * drawn.parameters.mde:.1f}",
            )
        )
    return rows


def _share(tables: Sequence[Table], multiples: Mapping[str, float], multiple: float) -> str:
    of = [t for t in tables if multiples[t.name] == multiple]
    return percent(sum(t.won >= t.lost for t in of), len(of))
