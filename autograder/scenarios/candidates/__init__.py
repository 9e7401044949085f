"""Release candidates with known effects: what an evaluation saw, and what they really do.

Versions of an assistant are run against golden sets and graded by a judge; what
each loses, overall and by slice, was put in, so a gate's decisions can be
checked. `stage` gives runs item by item, `pool` many candidates as counts.

    >>> from autograder.scenarios.candidates import pool, stage
    >>> world = stage(7, confounds=["none"])
    >>> sum(e.worse for e in world.truth.effects.values())
    2
    >>> candidate, pair = next(iter(world.truth.pairs.items()))
    >>> before, after = map(world.public.run, pair)
    >>> before.manifest == after.manifest, before.items == after.items
    (True, True)
    >>> drawn = pool(7, count=8, multiples=(0.0, 1.0))
    >>> len(drawn.public.tables), sum(drawn.multiples.values())
    (8, 4.0)

**What counts.** A loss is the share of requests that the baseline passes, minus
the candidate's; an item on which they disagree is lost or won. Two runs may be
compared where their manifests agree, both are complete, and nobody who made the
candidate edited their golden set; of several such runs of a version the
earliest counts.

A lesson's open cells take `open_candidates`, `known_candidates` and `known_pool`
from `autograder.scenarios` instead: the same parameters, and never what a judge
draws.
"""

from __future__ import annotations

from autograder.scenarios.candidates.kinds import CONFOUNDS, KINDS, TRAITS
from autograder.scenarios.candidates.pool import pool
from autograder.scenarios.candidates.records import (
    Audit,
    Golden,
    Grader,
    Pool,
    Public,
    Run,
    Slice,
    Table,
    Version,
)
from autograder.scenarios.candidates.sealed import (
    Effect,
    GraderTruth,
    Parameters,
    Pooled,
    PoolParameters,
    Truth,
    World,
)
from autograder.scenarios.candidates.world import stage

__all__ = [
    "CONFOUNDS",
    "KINDS",
    "TRAITS",
    "Audit",
    "Effect",
    "Golden",
    "Grader",
    "GraderTruth",
    "Parameters",
    "Pool",
    "PoolParameters",
    "Pooled",
    "Public",
    "Run",
    "Slice",
    "Table",
    "Truth",
    "Version",
    "World",
    "pool",
    "stage",
]
