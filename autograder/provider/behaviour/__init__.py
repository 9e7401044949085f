"""The practice models: small, seeded policies with published parameters.

A model reads a prompt (`read`), notes what its outcome depends on
(`features`), adds the effects on its card (`expected` is their exact sum), and
replies (`respond`) with the luck that the item and the call have. It is a
simulation of effects: that examples help, that the middle of a long context is
read badly, that judges prefer what they see first. It knows nothing but the
prompt and, where a world gives one, the answer key.
"""

from __future__ import annotations

from autograder.provider.behaviour.cues import CUES
from autograder.provider.behaviour.effects import expected
from autograder.provider.behaviour.features import Features, features
from autograder.provider.behaviour.key import AnswerKey
from autograder.provider.behaviour.reading import Reading, read
from autograder.provider.behaviour.respond import respond

__all__ = ["CUES", "AnswerKey", "Features", "Reading", "expected", "features", "read", "respond"]
