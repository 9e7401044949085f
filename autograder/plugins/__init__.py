"""Thin nbgrader adapters: nbgrader on one side, plain functions on the other."""

from autograder.plugins.preprocessors import (
    ReplayAndJudge,
    RestoreCells,
    SaveOfficialMarks,
    find_renamed,
)

__all__ = ["ReplayAndJudge", "RestoreCells", "SaveOfficialMarks", "find_renamed"]
