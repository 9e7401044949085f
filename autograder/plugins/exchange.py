"""nbgrader's exchange, with a way in that follows no links and takes nobody's word for a name."""

from __future__ import annotations

import os
import pwd
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc

from autograder.errors import SubmissionError
from autograder.grading.intake import copy_regular_files
from autograder.grading.reading import place_under_its_name

__all__ = ["CollectRegularFiles"]


class CollectRegularFiles(ExchangeCollect):
    """Collect submissions by copying regular files only; see `grading.intake`.

    Every account can make a folder of any name on the exchange. One whose name
    no submission has, or with a learner's name but another owner, is left
    where it is; nbgrader itself stops at the first and collects the second.
    Where one account hands in for many, `check_owner = False` is set.
    """

    def init_src(self) -> None:
        """Choose what to collect among what can be collected."""
        super().init_src()
        self.src_records: list[dict[str, Any]] = [
            record for record in self.src_records if record["username"]
        ]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        try:
            record: dict[str, Any] = super()._path_to_record(path)
        except Exception:  # nbgrader's parsers of names and times have many ways to fail
            why = "is not named as a submission is"
        else:
            why = self._objection(path, record["username"])
        if why:
            self.log.warning("%s %s and was left out", path, why)
            # By their empty name they stand apart from everybody's.
            record = {"username": "", "filename": "", "timestamp": parse_utc("1970-01-01")}
        return record

    def _objection(self, path: str, learner: str) -> str:
        if learner in ("", ".", "..") or learner.startswith("-"):
            return "names no learner"
        if not self.check_owner:
            return ""
        try:
            owner = pwd.getpwuid(os.lstat(path).st_uid).pw_name
        except KeyError:
            owner = "an unknown account"
        return "" if owner == learner else f"belongs to {owner}"

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
