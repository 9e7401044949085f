"""What the linter reports: findings that fail, and notes that do not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Finding", "Report"]


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong: where, what, and what to do about it."""

    path: Path
    line: int
    what: str
    remedy: str

    def text(self, root: Path) -> str:
        """Print the finding as `file:line: what is wrong. What to do.`."""
        shown = self.path.relative_to(root) if self.path.is_relative_to(root) else self.path
        return f"{shown.as_posix()}:{self.line}: {self.what} {self.remedy}"


@dataclass(frozen=True)
class Report:
    """Everything a run found; `notes` are measures that fail nothing."""

    lessons: tuple[str, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def summary(self) -> str:
        """Count in one line."""
        found = len(self.findings)
        return (
            f"{len(self.lessons)} lesson{'' if len(self.lessons) == 1 else 's'} linted, "
            f"{found or 'no'} finding{'' if found == 1 else 's'}"
        )
