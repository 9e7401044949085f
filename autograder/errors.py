"""The exceptions of this package.

RungsError                 anything a person can act on; its text is one clear message
├── ContentError           course, lesson or dataset is missing or contradicts itself
│   ├── UnknownLesson
│   ├── UnknownTask
│   └── UnknownDataset
├── SandboxUnavailable     official grading cannot run here; says what to install
├── JudgeBroken            a judge raised: our fault, never a learner's zero
├── SubmissionError        a submission that cannot be read
└── LearnerFault           something the learner's code did; becomes a reason on the card
    ├── Missing            the name does not exist
    ├── NotYetWritten      the stub is untouched
    ├── Raised             the function raised
    ├── WrongSignature     the function does not take the stated arguments
    ├── NotPortable        an argument or result that cannot cross the channel
    ├── TooSlow            no answer within the limit
    └── ChannelBroken      the learner's process died or spoke nonsense
"""

from __future__ import annotations

__all__ = [
    "ChannelBroken",
    "ContentError",
    "JudgeBroken",
    "LearnerFault",
    "Missing",
    "NotPortable",
    "NotYetWritten",
    "Raised",
    "RungsError",
    "SandboxUnavailable",
    "SubmissionError",
    "TooSlow",
    "UnknownDataset",
    "UnknownLesson",
    "UnknownTask",
    "WrongSignature",
]


class RungsError(Exception):
    """Say what was wrong, where, and what to do next."""


class ContentError(RungsError):
    """Report course content that is missing or contradicts itself."""


class UnknownLesson(ContentError):
    """Report a lesson id that course.yaml does not list."""


class UnknownTask(ContentError):
    """Report a task id that its lesson does not have."""


class UnknownDataset(ContentError):
    """Report a dataset or a file of one that does not exist."""


class SandboxUnavailable(RungsError):
    """Refuse to grade where learner code cannot be contained."""


class JudgeBroken(RungsError):
    """Report a judge that raised; no mark is given from it."""


class SubmissionError(RungsError):
    """Report a submission that cannot be read."""


class LearnerFault(RungsError):
    """Carry what the learner's code did wrong, in the learner's words."""


class Missing(LearnerFault):
    """The name a judge asked for does not exist."""


class NotYetWritten(LearnerFault):
    """The answer is still the untouched stub."""


class Raised(LearnerFault):
    """The learner's function raised.

    `kind` is the exception's class name, `text` its message, both as the
    learner's process reported them.
    """

    def __init__(self, kind: str, text: str, where: str = "") -> None:
        self.kind = kind
        self.text = text
        self.where = where
        super().__init__(f"raised {kind}: {text}{f' ({where})' if where else ''}")


class WrongSignature(LearnerFault):
    """The function does not take the arguments the task states."""


class NotPortable(LearnerFault):
    """A value that cannot cross between learner and judge."""


class TooSlow(LearnerFault):
    """No answer came within the limit."""


class ChannelBroken(LearnerFault):
    """The learner's process died or sent something that is not a reply."""
