"""Thin nbgrader adapters: nbgrader on one side, plain functions on the other."""

from autograder.plugins.preprocessors import ReplayAndJudge, RestoreCells, SaveOfficialMarks

__all__ = ["ReplayAndJudge", "RestoreCells", "SaveOfficialMarks"]
