"""Run a bundle's code again, and say what still holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from autograder import content
from autograder.errors import SubmissionError, UnknownLesson
from autograder.manifest import Lesson
from autograder.portfolio.bundle import Bundle, open_bundle
from autograder.portfolio.credential import Claim, LessonClaim
from autograder.portfolio.regrade import Earned, fresh_seeds, regrade

__all__ = ["Checked", "Verification", "verify"]

Outcome = Literal["holds", "less", "more", "unknown"]


@dataclass(frozen=True)
class Checked:
    """One task: what is claimed, what it earned now (None where this course lacks it)."""

    lesson: str
    claim: Claim
    now: Earned | None

    @property
    def outcome(self) -> Outcome:
        """Say whether the claim holds: the same marks, fewer, more, or not to be decided here."""
        if self.now is None:
            return "unknown"
        claimed = float(self.claim.mark)
        if abs(self.now.mark - claimed) < 1e-6:
            return "holds"
        return "less" if self.now.mark < claimed else "more"


@dataclass(frozen=True)
class Verification:
    """An opened bundle, and each of its tasks run again."""

    bundle: Bundle
    checked: tuple[Checked, ...]
    same_version: bool

    @property
    def holds(self) -> bool:
        """Tell whether every claim was confirmed."""
        return all(one.outcome in ("holds", "more") for one in self.checked)


def verify(
    folder: Path, recorded: bool = False, say: Callable[[str], None] = lambda sentence: None
) -> Verification:
    """Open a bundle and run its code on fresh cases, or on the recorded ones.

    Raise `PortfolioError` where it was changed, `SandboxUnavailable` where its
    code cannot be run safely.
    """
    bundle = open_bundle(folder)
    checked = [
        one for lesson in bundle.claims.lessons for one in _again(bundle, lesson, recorded, say)
    ]
    same = bundle.claims.version == content.course().course.version
    return Verification(bundle, tuple(checked), same)


def _again(
    bundle: Bundle, claimed: LessonClaim, recorded: bool, say: Callable[[str], None]
) -> list[Checked]:
    try:
        lesson = content.course().lesson(claimed.lesson)
    except UnknownLesson:
        return [Checked(claimed.lesson, claim, None) for claim in claimed.tasks]
    say(f"{lesson.id}: {len(claimed.tasks)} tasks")
    seeds = _recorded(lesson, claimed) if recorded else fresh_seeds(lesson)
    try:
        earned = regrade(bundle.lesson_folder(lesson.id), lesson, seeds)
    except SubmissionError:
        earned = ()
    found = {one.task: one for one in earned}
    return [Checked(lesson.id, claim, found.get(claim.task)) for claim in claimed.tasks]


def _recorded(lesson: Lesson, claimed: LessonClaim) -> dict[str, list[int]]:
    fresh = fresh_seeds(lesson)
    said = {claim.task: [int(seed) for seed in claim.seeds] for claim in claimed.tasks}
    return {task: said.get(task) or seeds for task, seeds in fresh.items()}
