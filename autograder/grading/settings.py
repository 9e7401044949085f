"""What a class sets for grading in its `nbgrader_config.py`."""

from __future__ import annotations

from dataclasses import fields

from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from autograder.errors import ContentError
from autograder.grading.replay import Limits
from autograder.grading.writer import Penalty

__all__ = ["keeps_best", "limits", "penalty"]


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
    assigner = AssignLatePenalties(config=config)
    assigner.init_plugin()
    rule: Penalty = assigner.plugin_inst.late_submission_penalty
    return rule


def keeps_best(config: Config) -> bool:
    """Tell whether a learner's best submission counts: `c.SaveOfficialMarks.keep = "best"`."""
    return bool(config.SaveOfficialMarks.get("keep", "last") == "best")
