"""Thin nbgrader adapters: nbgrader on one side, plain functions on the other."""

from autograder.plugins.cases import FetchOwnCases, ReleaseWithCases
from autograder.plugins.exchange import CollectRegularFiles
from autograder.plugins.exporter import SubmissionExporter
from autograder.plugins.feedback import FeedbackExporter, markdown_without_script
from autograder.plugins.late import LatePolicy
from autograder.plugins.preprocessors import (
    ReplayAndJudge,
    RestoreCells,
    SaveOfficialMarks,
    find_renamed,
)

__all__ = [
    "CollectRegularFiles",
    "FeedbackExporter",
    "FetchOwnCases",
    "LatePolicy",
    "ReleaseWithCases",
    "ReplayAndJudge",
    "RestoreCells",
    "SaveOfficialMarks",
    "SubmissionExporter",
    "find_renamed",
    "markdown_without_script",
]
