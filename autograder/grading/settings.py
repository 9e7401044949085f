"""What a class sets for grading in its `nbgrader_config.py`."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.errors import ContentError
from autograder.grading.limits import Limits

if TYPE_CHECKING:
    from autograder.grading.writer import Penalty

__all__ = ["keeps_best", "limits", "penalty", "read_config"]

_CONFIG = "nbgrader_config.py"


def read_config(root: Path) -> Config:
    """Read the class's settings; raise `ContentError` where the folder has none."""
    if not (root / _CONFIG).is_file():
        raise ContentError(f"{root} has no {_CONFIG}. Run this from the course's repository.")
    return PyFileConfigLoader(_CONFIG, path=str(root.resolve())).load_config()


def limits(config: Config, unsafe: bool = False) -> Limits:
    """Read `c.ReplayAndJudge.limits`, a dict of `Limits`' fields, and its `cell_seconds`.

    Whether there is a sandbox is said on the command line, never in a file.
    """
    section = config.ReplayAndJudge
    chosen = dict(section.get("limits", {}))
    if "cell_seconds" in section:
        chosen["cell_seconds"] = section["cell_seconds"]
    known = {field.name for field in fields(Limits)} - {"unsafe"}
    if unknown := sorted(chosen.keys() - known):
        raise ContentError(
            f"nbgrader_config.py: c.ReplayAndJudge.limits has {', '.join(unknown)}, which is no "
            f"limit. The limits are: {', '.join(sorted(known))}."
        )
    return Limits(**chosen, unsafe=unsafe)


def penalty(config: Config) -> Penalty:
    """Return the rule for late work: that of nbgrader's `AssignLatePenalties.plugin_class`."""
    from nbgrader.preprocessors import AssignLatePenalties

    assigner = AssignLatePenalties(config=config)
    assigner.init_plugin()
    rule: Penalty = assigner.plugin_inst.late_submission_penalty
    return rule


def keeps_best(config: Config) -> bool:
    """Tell whether a learner's best submission counts: `c.SaveOfficialMarks.keep = "best"`."""
    return bool(config.SaveOfficialMarks.get("keep", "last") == "best")
