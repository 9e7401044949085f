"""The words a judge speaks.

A word compares what the learner's code gave with what the task wants and
raises `Mismatch` with a sentence for the learner. A `Ladder` collects named
steps into a `Score`. Words see only plain decoded data, never live objects of
the learner's.
"""

from autograder.checks.ladder import Ladder, Score, Step
from autograder.checks.words import (
    Mismatch,
    close,
    equal,
    raises,
    ranked,
    record,
    require,
    within,
)

__all__ = [
    "Ladder",
    "Mismatch",
    "Score",
    "Step",
    "close",
    "equal",
    "raises",
    "ranked",
    "record",
    "require",
    "within",
]
