"""Grade submissions: replay a notebook in a sandbox and judge its tasks outside it."""

from autograder.grading.replay import Limits, Replay
from autograder.grading.submission import GradedSubmission, grade_notebook

__all__ = ["GradedSubmission", "Limits", "Replay", "grade_notebook"]
