"""nbgrader's exchange, with a way in that follows no links."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect

from autograder.grading.intake import copy_regular_files

__all__ = ["CollectRegularFiles"]


class CollectRegularFiles(ExchangeCollect):
    """Collect submissions by copying regular files only; see `grading.intake`."""

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy one submission; called by nbgrader for each that is new."""
        kilobytes = self.coursedir.max_file_size
        for name in copy_regular_files(Path(src), Path(dest), int(kilobytes) * 1000):
            self.log.warning("%s: %s is a link, too large or no file, and was left out", src, name)
