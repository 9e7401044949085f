"""nbgrader's exchange, with a way in that follows no links."""

from __future__ import annotations

from contextlib import suppress
import shutil
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect

from autograder.errors import SubmissionError
from autograder.grading.intake import copy_regular_files
from autograder.grading.reading import place_under_its_name

__all__ = ["CollectRegularFiles"]


class CollectRegularFiles(ExchangeCollect):
    """Collect submissions by copying regular files only; see `grading.intake`."""

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy one submission whole or not at all; called by nbgrader for each that is new."""
        kilobytes, target = self.coursedir.max_file_size, Path(dest)
        # Half a copy that has its timestamp already would never be completed.
        partial = target.with_name(f".{target.name}.part")
        shutil.rmtree(partial, ignore_errors=True)
        left_out = copy_regular_files(Path(src), partial, int(kilobytes) * 1000)
        partial.replace(target)
        for name in left_out:
            self.log.warning("%s: %s is a link, too large or no file, and was left out", src, name)
        # Under another name or in a folder, nbgrader itself would not find the notebook.
        with suppress(SubmissionError):
            place_under_its_name(Path(dest), self.coursedir.assignment_id)
