"""Run judge functions in one of two seats, practice or official."""

from autograder.judging.judge import Judge, judge_in_process, load_judge, load_probes
from autograder.judging.learner import InProcess, Learner, Transport

__all__ = [
    "InProcess",
    "Judge",
    "Learner",
    "Transport",
    "judge_in_process",
    "load_judge",
    "load_probes",
]
